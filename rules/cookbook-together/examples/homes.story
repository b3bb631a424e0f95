# 一家人合计时，账上怎样记：同住的人、迟到的记录、搬家的人。
# What the books do where a home is counted together: who lives there, who comes late, who moves.

story: six hours of a home and day, whoever serves them; who lives elsewhere has six of their own home
day 2024-03-05
state    mei  household=lane_3 from 2024-01-01
state    bo   household=lane_3 from 2024-01-01
state    cy   household=lane_9 from 2024-01-01
day 2024-03-06
record   mei  garden  08:00-12:00               -> 4 points
record   bo   garden  13:00-15:00               -> 2 points
record   bo   garden  16:00-17:00               -> 0 points
record   cy   garden  13:00-17:00               -> 4 points
balance  mei  4 points, 4h
balance  bo   2 points, 2h
balance  cy   4 points, 4h
tier     bo   model_home none

story: a record that comes late takes from another member what no longer fits the day
day 2024-03-05
state    mei  household=lane_3 from 2024-01-01
state    bo   household=lane_3 from 2024-01-01
day 2024-03-06
record   bo   garden  13:00-17:00               -> 4 points
balance  bo   4 points, 4h
record   mei  garden  08:00-11:00               -> 3 points
balance  mei  3 points, 3h
balance  bo   3 points, 3h

story: who moves counts with the old home until the day before, and with the new one from that day on
day 2024-03-05
state    mei  household=lane_3 from 2024-01-01
state    bo   household=lane_3 from 2024-01-01
day 2024-03-06
record   mei  garden  08:00-12:00               -> 4 points
record   bo   garden  13:00-17:00               -> 2 points
day 2024-03-07
record   mei  garden  08:00-12:00               -> 4 points
record   bo   garden  13:00-17:00               -> 2 points
state    bo   household=lane_9 from 2024-03-07
balance  bo   6 points, 6h
tier     mei  mainstay named
tier     mei  model_home named
tier     bo   model_home none

story: a team's hundredth hour opens its bonus, in the year in which it was served
day 2024-03-01
state    mei  teams=reds from 2024-01-01
state    bo   teams=reds from 2024-01-01
repeat daily for 12 days
  record   mei  garden  08:00-12:00
  record   bo   garden  08:00-12:00
record   mei  garden  13:00-15:59
deed     mei  roll_call                         -> 0 points
day 2024-03-14
record   bo   garden  08:00-11:59
deed     bo   roll_call                         -> 0 points
record   bo   garden  13:00-13:02
deed     bo   roll_call at 14:00                -> 5 points
day 2025-01-02
deed     bo   roll_call                         -> 0 points
