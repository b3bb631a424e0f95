story: one of a bundle, once a year
pack: fair
day 2026-03-02
opening  mei  20
hold     h1   mei  basket                           -> refused invalid_value  field choice
hold     h1   mei  basket choosing wine             -> refused invalid_value  field choice
hold     h1   mei  flour choosing bread             -> refused invalid_value  field choice
hold     h1   mei  basket choosing cake             -> open, 0 points
confirm  h1   at baker                              -> confirmed
hold     h2   mei  basket choosing bread            -> refused limit_reached  used 1 most 1
day 2027-01-01
hold     h2   mei  basket choosing bread            -> open

story: points and cash, by age
pack: fair
day 2026-03-02
volunteer mei born 1961-03-03 joined 2026-01-01
volunteer bo  born 1961-03-02 joined 2026-01-01
opening  mei  20
opening  bo   20
hold     h1   mei  ticket                           -> open, 10 points, 12.00 cash
hold     h2   bo   ticket                           -> open, 4 points
day 2026-03-03
hold     h3   mei  ticket                           -> open, 4 points

story: nothing is redeemed below five points, held ones counted
pack: fair
day 2026-03-02
opening  mei  4
hold     h1   mei  flour                            -> refused not_eligible
opening  mei  1
hold     h1   mei  flour                            -> open, 2 points
hold     h2   mei  flour                            -> open, 2 points

story: the outlet names the price, inside its bound
pack: fair
day 2026-03-02
opening  mei  30
hold     h1   mei  goods                            -> refused not_eligible
hold     h1   mei  goods asking 20.01 offering 5    -> refused not_eligible
hold     h1   mei  goods asking 12.00 offering 13   -> refused not_eligible
hold     h1   mei  goods asking 12.00 offering 12   -> open, 12 points
hold     h2   mei  goods asking 20.00 offering 5    -> open, 5 points, 15.00 cash
balance  mei  13 points, 17 held

story: a household shares its limit, and gets it back
pack: fair
day 2026-03-02
volunteer mei joined 2026-01-01
volunteer bo  joined 2026-01-01
volunteer lea joined 2026-01-01
state    mei  household=H1 from 2026-01-01
state    bo   household=H1 from 2026-01-01
opening  mei  20
opening  bo   20
opening  lea  20
hold     h1   mei  flour                            -> open
hold     h2   bo   flour times 2                    -> refused limit_reached  used 1 most 2
hold     h2   bo   flour                            -> open
hold     h3   lea  flour times 2                    -> open
hold     h4   mei  flour                            -> refused limit_reached  used 2 most 2
cancel   h2                                         -> released
hold     h4   mei  flour                            -> open
confirm  h4   at baker                              -> confirmed
hold     h5   bo   flour                            -> refused limit_reached  used 2 most 2
refund   h4                                         -> refunded, 2 points
hold     h5   bo   flour                            -> open
day 2026-04-01
hold     h6   mei  flour times 2                    -> open

story: once a day at the same outlet, and a limit per outlet asks for one
pack: fair
day 2026-03-02
outlet   stall  baker
opening  mei  20
hold     h1   mei  tea                              -> refused invalid_value  field outlet
hold     h1   mei  tea  at baker                    -> open
hold     h2   mei  tea  at baker                    -> refused limit_reached  used 1 most 1
hold     h2   mei  tea  at stall                    -> open

story: twice a week at one partner, thrice a quarter of some rewards together
pack: fair
day 2026-03-02
opening  mei  90
hold     h1   mei  flour                            -> open
hold     h2   mei  basket choosing cake             -> open
hold     h3   mei  goods asking 5.00 offering 5     -> refused limit_reached  limit twice_a_week_at_a_partner
hold     h3   mei  ticket                           -> open
confirm  h1   at baker                              -> confirmed
confirm  h3   at cinema                             -> confirmed
day 2026-03-09
hold     h4   mei  goods asking 5.00 offering 5     -> open
hold     h5   mei  flour                            -> refused limit_reached  limit thrice_a_quarter used 3 most 3
hold     h4   mei  lantern                          -> refused reward_not_offered

story: a pass is paid for once, used three times, and good to the end of its year
pack: fair
day 2026-12-30
opening  mei  20
hold     p1   mei  pool                             -> open, 6 points
confirm  p1   at cinema                             -> confirmed, 6 points
time 09:00
confirm  p1   at cinema                             -> confirmed
owed     cinema  1.00 payable, 6 points
time 09:00:30
confirm  p1   at cinema                             -> confirmed, again
day 2026-12-31
time 23:59
confirm  p1   at cinema                             -> confirmed
confirm  p1   at cinema                             -> confirmed, again
owed     cinema  1.00 payable, 6 points
hold     p2   mei  pool                             -> refused limit_reached

story: a pass that was not used up ends with its year
pack: fair
day 2026-12-30
opening  mei  20
hold     p1   mei  pool                             -> open
confirm  p1   at cinema                             -> confirmed
hold     p2   mei  ticket                           -> open
day 2027-01-01
confirm  p1   at cinema                             -> refused hold_expired

story: a season, and only on days off
pack: fair
day 2026-01-31
opening  mei  20
hold     h1   mei  lantern                          -> refused reward_not_offered
day 2026-02-02
hold     h1   mei  lantern                          -> refused not_eligible
day 2026-02-17
hold     h1   mei  lantern                          -> open
day 2026-03-04
hold     h2   mei  lantern                          -> refused reward_not_offered

story: where the rules say so, what is left after a redemption is gone, and comes back with a whole refund
pack: clearing
day 2026-03-02
opening  mei  20  until 2026-12-31
hold     h1   mei  song                             -> open
confirm  h1   at baker                              -> confirmed
balance  mei  20 points
hold     h2   mei  bun times 2                      -> open, 6 points
hold     h3   mei  bun                              -> open, 3 points
balance  mei  11 points, 9 held
confirm  h2   at baker                              -> confirmed
balance  mei  0 points, 3 held
refund   h2   times 1                               -> confirmed, 3 points
balance  mei  3 points
refund   h2                                         -> refunded, 3 points
balance  mei  17 points, 3 held, 17 points until 2026-12-31
