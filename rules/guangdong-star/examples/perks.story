# 例子的预期值出自公开的办法。
# Expected values are those of the published rules.

# 全价为演示：60.00 元。 / The full price is a demonstration: 60.00 yuan.
table: a scenic spot at 80, 70, 60, 50 per cent, and free for five stars; no points
day 2024-05-01
reward         served             -> points  money  until       refused
scenic_ticket  2018-01-01:99h59   -> -       -      2024-12-31  scenic_ticket
scenic_ticket  2018-01-01:100h    -> 0       4800   2024-12-31  -
scenic_ticket  2018-01-01:300h    -> 0       4200   2024-12-31  -
scenic_ticket  2018-01-01:600h    -> 0       3600   2024-12-31  -
scenic_ticket  2018-01-01:1000h   -> 0       3000   2024-12-31  -
scenic_ticket  2018-01-01:1500h   -> 0       0      2024-12-31  -

story: who has a star may go twelve times a year, and keeps hours and star
day 2024-01-01
repeat daily for 10 days
  record  mei  garden  08:00-18:00
hold  v1  mei  scenic_ticket                    -> 0 points, 48.00 cash
confirm  v1
repeat 11 times
  hold  v2  mei  scenic_ticket                  -> 0 points
  confirm  v2
hold  v3  mei  scenic_ticket                    -> refused limit_reached
day 2025-01-01
hold  v4  mei  scenic_ticket                    -> 0 points
balance  mei  100h
tier  mei  star  one
