# 公益时间银行 2019：在平台累计服务满 100 小时方可兑换。
# Redeeming opens at 100 lifetime hours recorded on the platform.

story: 99 h are refused, 100 h are allowed
day 2026-03-02
repeat daily for 11 days
  record   mei  garden  09:00-18:00  by kiosk       -> 9h
  approve  mei  garden  by lea                      -> awarded 9 points
balance  mei  99 points, 99h
hold     h1   mei  museum_ticket     -> refused not_eligible  required 100h available 99h missing 1h
day + 1
record   mei  garden  09:00-09:59  by kiosk
approve  mei  garden  by lea                        -> 0 points
hold     h1   mei  museum_ticket     -> refused not_eligible  required 100h available 99h59
record   mei  garden  09:59-10:00  by kiosk
approve  mei  garden  by lea                        -> 0 points
hold     h1   mei  museum_ticket                    -> open, 20 points
balance  mei  79 points, 20 held, 100h
confirm  h1   at museum                             -> confirmed, 20 points
balance  mei  79 points, 0 held, 100h
owed     museum  10.00 payable, 20 points

story: hours, not points, open the counter
day 2026-03-02
opening  mei  1500
hold     h1   mei  tote_bag       -> refused not_eligible  required 100h available 0h

story: a voucher that nobody fetches
day 2026-03-02
repeat daily for 10 days
  record   mei  garden  08:00-18:00  by kiosk
  approve  mei  garden  by lea
hold     h1   mei  museum_ticket                    -> open, 20 points
time 18:30
confirm  h1   at museum                             -> confirmed
hold     h2   mei  museum_ticket                    -> open
time 19:00:01
confirm  h2   at museum                             -> refused hold_expired
expire   h2                                         -> expired
balance  mei  80 points, 0 held

story: one tote bag a month, returned within a week
day 2026-03-02
repeat daily for 10 days
  record   mei  garden  08:00-18:00  by kiosk
  approve  mei  garden  by lea
hold     h1   mei  tote_bag                         -> open, 5 points
stock    tote_bag  499
confirm  h1   at corner_shop                        -> confirmed
hold     h2   mei  tote_bag                         -> refused limit_reached  used 1 most 1
refund   h1   at corner_shop because "torn"         -> refunded, 5 points
stock    tote_bag  500
hold     h3   mei  tote_bag                         -> open
confirm  h3   at corner_shop                        -> confirmed
day 2026-03-19
refund   h3   at corner_shop                        -> refused refund_too_late
day 2026-03-31
hold     h4   mei  tote_bag                         -> refused limit_reached
day 2026-04-01
hold     h4   mei  tote_bag                         -> open
fund     community  999994.00 free, 3.00 reserved
owed     corner_shop  3.00 payable, 5 points

story: the last day on which a tote bag is taken back
day 2026-03-02
repeat daily for 10 days
  record   mei  garden  08:00-18:00  by kiosk
  approve  mei  garden  by lea
hold     h1   mei  tote_bag                         -> open
confirm  h1   at corner_shop                        -> confirmed        # on 11 March
day 2026-03-18
refund   h1   at corner_shop                        -> refunded, 5 points
balance  mei  100 points

table: points are given to anyone, and to people only
day 2026-03-02
transfer             give  -> by        lots     refused
volunteer:volunteer  3     -> donation  restart  -
volunteer:partner    3     -> -         -        no_rule
