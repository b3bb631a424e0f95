# 每张表是一种写法，正反两面都有。 / Each table is one way of writing a rule, from both sides of its edge.

table: R37: two a household and month, one a person
reward  redeemed               day         -> points  refused
rice    -                      2024-03-05  -> 5       -
rice    2024-03-01             2024-03-05  -> 5       rice_limit_2
rice    2024-03-01,2024-03-02  2024-03-05  -> 5       rice_limit_1,rice_limit_2
rice    2024-03-31             2024-04-05  -> 5       -

table: R47: one of the bundle, once a year
day 2024-12-05
reward  act.choice  redeemed    -> refused
gift    fan         -           -> -
gift    pen         -           -> -
gift    kettle      -           -> gift
gift    fan         2024-01-05  -> gift_limit_1
gift    fan         2023-12-31  -> -

table: R45: a perk costs nothing and has its own validity; R34: not twice at one partner in a quarter
day 2024-05-06
reward   roles   redeemed    -> points  until       refused
matinee  member  -           -> 0       2024-06-30  -
matinee  guest   -           -> -       2024-06-30  matinee
matinee  member  2024-04-01  -> 0       2024-06-30  once_a_partner
matinee  member  2024-03-31  -> 0       2024-06-30  -

table: R33: points and cash, and points alone from the age of 70 on
day 2024-03-05
reward  born        -> points  money
kettle  1954-03-05  -> 5       0
kettle  1954-03-06  -> 5       1200
kettle  -           -> 5       1200

table: R32: redeeming from the 5th to the 10th of a month
act     day         -> refused
redeem  2024-03-04  -> days_of_the_month
redeem  2024-03-05  -> -
redeem  2024-03-10  -> -
redeem  2024-03-11  -> days_of_the_month

table: R35: partners get 80 fen a point, and nine points again for ten
day 2024-03-05
settle         collected  -> money  points
partners_paid  100        -> 8000   90
partners_paid  101        -> 8080   90.9

# 抽签按“种子|申请人”的 SHA-256 排序；任何人都可以用 sha256sum 复核。
# The lottery sorts by the SHA-256 of "seed|applicant"; anybody can check it with sha256sum.
table: R40: a lottery by a published seed, first come, and who won within a year is out
day 2024-05-06
draw    applicants  won            seed      -> winners  waiting  out
seats   a,b,c,d     a:2023-05-07   20240506  -> d,c      b        a
seats   a,b,c,d     a:2023-05-06   20240506  -> d,c      a,b      -
outing  a,b,c       -              -         -> a,b      c        -
outing  c,a,b       -              -         -> c,a      b        -

table: R40: the old may take part again
day 2024-05-06
draw   applicants  won           volunteer.age  seed      -> out
seats  a,b         a:2024-01-01  69             20240506  -> a
seats  a,b         a:2024-01-01  70             20240506  -> -

table: R25: less than 100 points are carried over, more than 1,000 are kept
day 2025-01-05
convert   earned           -> money  converts  carries  keeps
to_money  2024-05-01:99    -> 0      0         99       0
to_money  2024-05-01:100   -> 5000   100       0        0
to_money  2024-05-01:1000  -> 50000  1000      0        0
to_money  2024-05-01:1001  -> 50000  1000      0        1

table: R24: an hour is a point until the end of its year
day 2024-03-05
minutes  -> points  until
1h       -> 1       2024-12-31

story: R24: a redemption takes what is left along, a whole refund brings it back, and a free ticket takes nothing
day 2024-03-05
volunteer  mei
state      mei  roles=member
record     mei  garden  09:00-17:00  by kiosk  -> 8 points
time 18:00
hold       h1   mei  matinee                   -> 0 points
confirm    h1
balance    mei  8 points
hold       h2   mei  rice                      -> 5 points
confirm    h2
balance    mei  0 points
refund     h2   because "torn"
balance    mei  8 points

story: each outlet has its own stock: the last one here is not the last one there
day 2024-03-05
opening    mei  40
outlet     east  shop
outlet     west  shop
hold       h1   mei  calendar  at east         -> 5 points
hold       h2   mei  calendar  at east         -> 5 points
hold       h3   mei  calendar  at east         -> refused sold_out  required 1 available 0
hold       h3   mei  calendar  at west         -> 5 points
stock      calendar  1  at west
carry_stock  calendar  1  from west to east    -> 0 left, 1 available
hold       h4   mei  calendar  at west         -> refused sold_out  required 1 available 0
hold       h4   mei  calendar  at east         -> 5 points
