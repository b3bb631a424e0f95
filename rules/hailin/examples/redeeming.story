# 每人每季度兑换一次；兑换扣积分，不减服务时长。
# One redemption per person and quarter; points go down, hours stay.

story: the second redemption in a quarter is refused, on the first day of the next it is allowed
day 2026-03-02
record   mei  patrol   08:00-10:00              -> 2 points
record   mei  library  10:00-12:00              -> 2 points
hold     h1  mei  soap                          -> open, 2 points
confirm  h1  at corner_shop                     -> confirmed
balance  mei  2 points, 4h
day 2026-03-31
hold     h2  mei  soap                          -> refused limit_reached  limit once_a_quarter used 1 most 1
day 2026-04-01
hold     h2  mei  soap                          -> open, 2 points
confirm  h2  at corner_shop                     -> confirmed
balance  mei  0 points, 4h

story: the limit is each person's own
day 2026-03-02
record   mei  patrol   08:00-10:00              -> 2 points
record   bo   patrol   08:00-10:00              -> 2 points
hold     h1  mei  soap                          -> open
hold     h2  bo   soap                          -> open

story: a redemption that was given back does not count
day 2026-03-02
record   mei  patrol   08:00-10:00              -> 2 points
hold     h1  mei  soap                          -> open
cancel   h1                                     -> released
hold     h2  mei  soap                          -> open
