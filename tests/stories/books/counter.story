story: hold, confirm, confirm again
pack: market
day 2026-03-02
opening  mei  15
outlet   second_screen  cinema
hold     h1   mei  ticket                          -> open, 10 points
hold     h2   mei  ticket                          -> refused insufficient_points  required 10 available 5 missing 5
balance  mei  5 points, 10 held
fund     community  999990.00 free, 10.00 reserved
confirm  h1   at baker                             -> refused wrong_outlet
confirm  h1   at cinema                            -> confirmed, 10 points
confirm  h1   at cinema                            -> confirmed, again
confirm  h1   at second_screen                     -> refused already_used
cancel   h1                                        -> refused wrong_state  state confirmed
balance  mei  5 points, 0 held
owed     cinema  10.00 payable, 10 points
fund     community  999990.00 free, 0.00 reserved

story: a hold is good to its last second, and its points come back
pack: market
day 2026-03-02
opening  mei  30
time 09:00
hold     h1   mei  ticket                          -> open
hold     h2   mei  ticket                          -> open
expire   h1                                        -> refused wrong_state
time 09:30
confirm  h1   at cinema                            -> confirmed
time 09:30:01
confirm  h2   at cinema                            -> refused hold_expired
balance  mei  10 points, 10 held
holds    h2   open
expire   h2                                        -> expired
holds    h2   expired
expire   h2                                        -> refused wrong_state  state expired
balance  mei  20 points, 0 held
fund     community  999990.00 free, 0.00 reserved

story: the last items on the shelf
pack: market
day 2026-03-02
opening  mei  20
opening  bo   20
hold     h1   mei  bun times 2                     -> open, 4 points
hold     h2   bo   bun times 2                     -> refused sold_out  required 2 available 1
hold     h2   bo   bun                             -> open
hold     h3   bo   bun                             -> refused sold_out  required 1 available 0
cancel   h1                                        -> released
stock    bun  2
hold     h3   bo   bun                             -> open

story: refunded in parts, each into the lots that it came from
pack: market
day 2026-03-02
opening  mei  3  until 2026-06-30
opening  mei  9  until 2026-12-31
hold     h1   mei  bun times 3                     -> open, 6 points
balance  mei  6 points, 6 points until 2026-12-31
confirm  h1   at baker                             -> confirmed
refund   h1   times 2  at baker                    -> confirmed, 4 points
balance  mei  10 points, 1 points until 2026-06-30, 9 points until 2026-12-31
refund   h1   times 2  at baker                    -> refused invalid_value
refund   h1   at baker                             -> refunded, 2 points
refund   h1   at baker                             -> refused wrong_state  state refunded
balance  mei  3 points until 2026-06-30, 9 points until 2026-12-31
stock    bun  3

story: a refund after its lot has expired expires at once
pack: market
day 2026-12-20
opening  mei  2  until 2026-12-31
hold     h1   mei  bun                             -> open
confirm  h1   at baker                             -> confirmed
day 2027-01-05
refund   h1   at baker                             -> refunded, 2 points
balance  mei  0 points

story: or goes back to its lot, where the sweep finds it
pack: market
day 2026-12-20
opening  mei  2  until 2026-12-31
hold     h1   mei  kept_bun                        -> open
confirm  h1   at baker                             -> confirmed
day 2027-01-05
refund   h1   at baker                             -> refunded, 2 points
balance  mei  0 points, 2 points until 2026-12-31
lapse    mei                                       -> 2 points
balance  mei  0 points, 0 points until 2026-12-31

story: or lives on to the end of the year in which it was refunded
pack: market
day 2026-12-20
opening  mei  2  until 2026-12-31
hold     h1   mei  longer_bun                      -> open
confirm  h1   at baker                             -> confirmed
day 2027-01-05
refund   h1   at baker                             -> refunded, 2 points
balance  mei  2 points, 2 points until 2027-12-31

story: points end with the year, but not while they are held
pack: market
day 2026-12-31
record   mei  garden  09:00-11:00                  -> 2 points
opening  bo   10  until 2026-12-31
time 23:50
hold     h1   bo   ticket                          -> open
balance  mei  2 points
day 2027-01-01
balance  mei  0 points
lapse    mei                                       -> 2 points
lapse    mei                                       -> 0 points
time 00:10
confirm  h1   at cinema                            -> confirmed
balance  bo   0 points, 0 held

story: released too late, points come back to a lot that is over
pack: market
day 2026-12-31
opening  bo   10  until 2026-12-31
time 23:50
hold     h1   bo   ticket                          -> open
day 2027-01-01
cancel   h1                                        -> released
balance  bo   0 points, 10 points until 2026-12-31
lapse    bo                                        -> 10 points

story: refused at the counter, one rung after another
pack: market
day 2026-03-02
opening  mei  10
hold     h1   ?ghost  ticket                       -> refused not_found
hold     h1   mei  unicorn                         -> refused reward_not_offered
hold     h1   mei  ticket  at ?nowhere             -> refused not_found
hold     h1   mei  ticket  at baker                -> refused wrong_outlet
hold     h1   mei  ticket  times 1001              -> refused invalid_value
confirm  ?2222222222  at cinema                    -> refused not_found
confirm  ?2222222223  at cinema                    -> refused voucher_mistyped
standing mei  suspended                            -> suspended
hold     h1   mei  ticket                          -> refused standing_blocks  standing suspended
standing mei  good                                 -> good
hold     h1   mei  ticket                          -> open

story: a fund that cannot pay
pack: market
day 2026-03-02
opening  mei  10
hold     h1   mei  opera                           -> refused reward_not_offered
donate   empty  9.99                               -> ok
hold     h1   mei  opera                           -> refused insufficient_funds  required 1000 available 999
donate   empty  0.01                               -> ok
hold     h1   mei  opera                           -> open
fund     empty  0.00 free, 10.00 reserved, 10.00 given
donate   ?nothing  1.00                            -> refused not_found

story: stock is kept like a book
pack: market
day 2026-03-02
opening  mei  40
opening  bo   40
hold     h1   mei  bun times 3                     -> open
hold     h2   bo   bun                             -> refused sold_out  required 1 available 0
move_stock bun donated 10 at baker because "a neighbour"  -> 10 available
hold     h2   bo   bun times 4                     -> open
confirm  h2   at baker                             -> confirmed
stock    bun  6
move_stock bun lost 7                              -> refused sold_out  required 7 available 6
move_stock bun lost 1 because "mouldy"             -> 5 available
move_stock bun counted 2                           -> refused invalid_value
move_stock bun counted 7                           -> 4 available
refund   h2   times 2                              -> confirmed, 4 points
stock    bun  6
cancel   h1                                        -> released
stock    bun  9
move_stock ticket bought 2                         -> 2 available
hold     h3   mei  ticket times 3                  -> refused sold_out  required 3 available 2

story: each outlet has its own stock, and what comes back goes back to it
pack: market
day 2026-03-02
opening      mei  20
opening      bo   20
outlet       till    baker
outlet       stall   baker
outlet       screen  cinema
hold         h1   mei  jam times 2                 -> refused outlet_required  reward jam
hold         h1   mei  jam times 2  at till        -> open, 4 points
hold         h2   bo   jam  at till                -> refused sold_out  required 1 available 0
stock        jam  0   at till
hold         h2   bo   jam  at stall               -> open
stock        jam  1   at stall
stock        jam  1
move_stock   jam  donated 3                        -> refused outlet_required
move_stock   jam  donated 3  at screen             -> refused wrong_outlet
move_stock   jam  donated 3  at stall because "a neighbour"  -> 4 available
carry_stock  jam  5  from stall to till            -> refused sold_out  required 5 available 4
carry_stock  jam  4  from stall to till            -> 0 left, 4 available
carry_stock  jam  1  from till                     -> refused outlet_required
carry_stock  jam  1  from till to screen           -> refused wrong_outlet
confirm      h1   at stall                         -> refused wrong_outlet
confirm      h1   at till                          -> confirmed
refund       h1   times 1  at till                 -> confirmed, 2 points
stock        jam  5   at till
cancel       h2                                    -> released
stock        jam  1   at stall
stock        jam  6
