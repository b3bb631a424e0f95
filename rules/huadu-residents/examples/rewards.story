# 三类礼遇：文旅、商业、公共服务；每月一次；星级志愿者景区优惠。
# Benefits of three kinds; once a month; stars pay less at the scenic spot.

story: a bar of soap is once a month, again on the first of the next
day 2026-03-02
donate   community 100.00
opening  mei  10
hold     h1  mei  soap                            -> open, 2 points
confirm  h1  at wangs                             -> confirmed
day 2026-03-31
hold     h2  mei  soap                            -> refused limit_reached  used 1 most 1
day 2026-04-01
hold     h2  mei  soap                            -> open, 2 points

story: a ticket of 12 yuan is 10 points and 7.00 yuan
day 2026-03-02
donate   community 100.00
opening  mei  10
hold     h1  mei  scenic_ticket                   -> open, 10 points, 7.00 cash

story: services at the prices of Nansha, the partner is paid from the fund
day 2026-03-02
donate   community 20.00
opening  mei  14
hold     h1  mei  haircut_at_home                 -> open, 1 points
hold     h2  mei  tutoring                        -> open, 3 points
hold     h3  mei  water_purifier                  -> open, 10 points
confirm  h1  at neighbourhood-services
confirm  h2  at neighbourhood-services
confirm  h3  at neighbourhood-services
owed     neighbourhood-services  14.00 payable, 14 points
balance  mei  0 points

story: one star at 100 h and not before, and then the scenic spot at 80 %
day 2026-01-01
repeat daily for 12 days
  record   mei  garden   08:00-16:00
  approve  mei  garden   as steward by lea
day + 1
record   mei  garden   08:00-11:59
approve  mei  garden   as steward by lea          -> 3h59 counted
hold     h1  mei  star_scenic_ticket              -> refused not_eligible
tier     mei  star  none
record   mei  library  12:00-12:01
approve  mei  library  as steward by lea          -> 1 min counted, 1 points
tier     mei  star  star_1
hold     h1  mei  star_scenic_ticket              -> open, 0 points, 9.60 cash

story: goods at the prices of Huiqiao, a place in a reading class once a quarter
day 2026-03-02
opening  mei  110
hold     h1  mei  toothpaste                      -> open, 10 points
hold     h2  mei  shampoo                         -> open, 30 points
hold     h3  mei  thermos                         -> open, 50 points
hold     h4  mei  reading_class                   -> open, 10 points
confirm  h4  at huadu-culture
hold     h5  mei  museum_ticket                   -> open, 10 points
balance  mei  0 points
cancel   h5                                       -> released
day 2026-03-31
hold     h6  mei  reading_class                   -> refused limit_reached
day 2026-04-01
hold     h6  mei  reading_class                   -> open, 10 points

table: each star at its hours, and what the scenic spot costs it
day 2028-01-01
tier  served             -> level   missing
star  2025-01-01:8h*12,2026-01-01:3h59   -> -       1min
star  2025-01-01:8h*12,2026-01-01:4h    -> star_1  200h
star  2025-01-01:8h*37,2026-01-01:3h59  -> star_1  1min
star  2025-01-01:8h*37,2026-01-01:4h    -> star_2  300h
star  2025-01-01:8h*74,2026-01-01:7h59  -> star_2  1min
star  2025-01-01:8h*75    -> star_3  400h
star  2025-01-01:8h*124,2026-01-01:7h59  -> star_3  1min
star  2025-01-01:8h*125   -> star_4  500h
star  2025-01-01:8h*187,2026-01-01:3h59  -> star_4  1min
star  2025-01-01:8h*187,2026-01-01:4h   -> star_5  -

table: the scenic spot at 80, 70, 60, 50 per cent, and free for five stars
day 2028-01-01
reward              served             -> points  money  refused
star_scenic_ticket  2025-01-01:8h*12,2026-01-01:3h59  -> 0      960    star_scenic_ticket
star_scenic_ticket  2025-01-01:8h*12,2026-01-01:4h    -> 0       960    -
star_scenic_ticket  2025-01-01:8h*37,2026-01-01:4h    -> 0       840    -
star_scenic_ticket  2025-01-01:8h*75    -> 0       720    -
star_scenic_ticket  2025-01-01:8h*125   -> 0       600    -
star_scenic_ticket  2025-01-01:8h*187,2026-01-01:4h   -> 0       0      -

table: each reward as often as its rule says, to the last day of its window
reward              redeemed    day         -> refused
soap                2026-03-01  2026-03-31  -> soap_limit_1
soap                2026-03-01  2026-04-01  -> -
toothpaste          2026-03-01  2026-03-31  -> toothpaste_limit_1
toothpaste          2026-03-01  2026-04-01  -> -
shampoo             2026-03-01  2026-03-31  -> shampoo_limit_1
shampoo             2026-03-01  2026-04-01  -> -
thermos             2026-01-01  2026-03-31  -> thermos_limit_1
thermos             2026-01-01  2026-04-01  -> -
museum_ticket       2026-03-31  2026-03-31  -> museum_ticket_limit_1
museum_ticket       2026-03-31  2026-04-01  -> -
scenic_ticket       2026-03-31  2026-03-31  -> scenic_ticket_limit_1
scenic_ticket       2026-03-31  2026-04-01  -> -
reading_class       2026-01-01  2026-03-31  -> reading_class_limit_1
reading_class       2026-01-01  2026-04-01  -> -
haircut_at_home     2026-03-01  2026-03-31  -> haircut_at_home_limit_1
haircut_at_home     2026-03-01  2026-04-01  -> -
tutoring            2026-03-30  2026-04-05  -> tutoring_limit_1
tutoring            2026-03-30  2026-04-06  -> -
water_purifier      2026-01-01  2026-03-31  -> water_purifier_limit_1
water_purifier      2026-01-01  2026-04-01  -> -

table: the scenic spot once a day
reward              served                             redeemed    day         -> refused
star_scenic_ticket  2025-01-01:8h*12,2026-01-01:4h     2026-03-31  2026-03-31  -> star_scenic_ticket_limit_1
star_scenic_ticket  2025-01-01:8h*12,2026-01-01:4h     2026-03-31  2026-04-01  -> -
