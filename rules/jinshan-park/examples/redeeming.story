# 10 枚币 = 5 元券，每日一次，超出部分补差价。
# 10 coins = a 5-yuan coupon, once a day, the difference is paid.

story: a 12-yuan item is 10 coins and 7.00 yuan
day 2026-03-02
donate   park  1000.00
record   mei  garden  08:00-18:00      -> 10 points
hold     h1  mei  umbrella             -> open, 10 points, 7.00 cash
confirm  h1  at machine                -> confirmed
balance  mei  0 points, 10h
owed     machine  5.00 payable

story: what costs 5 yuan costs no money, a fen more costs a fen
day 2026-03-02
donate   park  1000.00
opening  mei  20
hold     h1  mei  water                -> open, 10 points
confirm  h1  at machine                -> confirmed
day + 1
hold     h2  mei  noodles              -> open, 10 points, 0.01 cash

story: a second coupon on the same day is refused, on the next day it is not
day 2026-03-02
donate   park  1000.00
opening  mei  20
hold     h1  mei  water                -> open, 10 points
confirm  h1  at machine                -> confirmed
hold     h2  mei  umbrella             -> refused limit_reached  limit once_a_day used 1 most 1
day 2026-03-03
hold     h3  mei  umbrella             -> open, 10 points
