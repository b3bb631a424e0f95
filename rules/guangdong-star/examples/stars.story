# 例子的预期值出自公开的办法。
# Expected values are those of the published rules.

table: stars follow lifetime hours
day 2024-01-01
tier  served              -> level  next   missing
star  -                   -> -      one    100h
star  2018-01-01:99h59    -> -      one    1min
star  2018-01-01:100h     -> one    two    200h
star  2018-01-01:299h59   -> one    two    1min
star  2018-01-01:300h     -> two    three  300h
star  2018-01-01:599h59   -> two    three  1min
star  2018-01-01:600h     -> three  four   400h
star  2018-01-01:999h59   -> three  four   1min
star  2018-01-01:1000h    -> four   five   500h
star  2018-01-01:1499h59  -> four   five   1min
star  2018-01-01:1500h    -> five   -      -

story: 100 hours are a star, 99 h 59 min are not, and it is kept
day 2024-01-01
repeat daily for 9 days
  record  mei  garden  08:00-19:00
day + 1
record  mei  garden  08:00 for 59min           # 99 h 59 min
tier    mei  star    none
later   1min
record  mei  garden  10:00 for 1min
tier    mei  star    one
day 2030-01-01
tier    mei  star    one

table: who confirms a star depends on which
day 2024-02-06
notice  reached  -> by
star    one      -> county
star    two      -> county
star    three    -> city
star    four     -> city
star    five     -> province

# 2024 年春节：2 月 10 日至 17 日放假，2 月 4 日、18 日（周日）上班。公示自 2 月 7 日起的 5 个工作日：7、8、9、18、19 日。
# Spring Festival 2024: closed from 10 to 17 February; the Sundays 4 and 18 February are worked. Listed on the 6th, the
# five working days are the 7th, 8th, 9th, 18th and 19th.
table: a star stands under public notice for five working days, make-up days counted
notice  reached  listed      day         -> until       in_force
star    one      2024-02-06  2024-02-06  -> 2024-02-19  no
star    one      2024-02-06  2024-02-09  -> 2024-02-19  no        # the third working day
star    one      2024-02-06  2024-02-17  -> 2024-02-19  no        # the holiday does not count
star    one      2024-02-06  2024-02-18  -> 2024-02-19  no        # the fourth, a Sunday that is worked
star    one      2024-02-06  2024-02-19  -> 2024-02-19  no        # the fifth
star    one      2024-02-06  2024-02-20  -> 2024-02-19  yes       # the day after it
star    one      2024-03-01  2024-03-08  -> 2024-03-08  no        # an ordinary week: Monday to Friday
star    one      2024-03-01  2024-03-09  -> 2024-03-08  yes
