story: a correction after spending is owed, and paid back first
pack: market
day 2026-03-02
record   mei  garden   08:00-16:00                 -> 8 points
record   bo   garden   08:00-16:00                 -> 8 points
day 2026-03-03
record   mei  garden   08:00-11:00                 -> 3 points
hold     h1   mei  ticket                          -> open
confirm  h1   at cinema                            -> confirmed
balance  mei  1 points
reverse  mei  garden   because "false"             -> -3 points
balance  mei  0 points, -2 debt, 8h
hold     h2   mei  bun                             -> refused insufficient_points  required 2 available -2
record   mei  library  12:00-15:00                 -> 3 points
balance  mei  1 points, 0 debt, 11h

story: where the rules forbid debt, the correction is blocked
pack: strict
day 2026-03-02
record   mei  garden   08:00-16:00                 -> 8 points
record   mei  library  16:00-19:00                 -> 3 points
hold     h1   mei  ticket                          -> open
confirm  h1   at cinema                            -> confirmed
reverse  mei  library                              -> refused decrease_blocked  required 30 available 10
correct  mei  library  to 16:00-18:00              -> -1 points
balance  mei  0 points, 10h

story: where they forgive, nothing is owed
pack: forgiving
day 2026-03-02
record   mei  garden   08:00-16:00                 -> 8 points
record   mei  library  16:00-19:00                 -> 3 points
hold     h1   mei  ticket                          -> open
confirm  h1   at cinema                            -> confirmed
reverse  mei  library                              -> -3 points
balance  mei  0 points, 0 debt, 8h

story: open holds are left alone
pack: market
day 2026-03-02
record   mei  garden   08:00-16:00                 -> 8 points
record   mei  library  16:00-18:00  as kiosk       -> 0 points
opening  mei  2
hold     h1   mei  ticket                          -> open
reverse  mei  garden                               -> -6 points
balance  mei  0 points, 10 held, -6 debt, 2h
cancel   h1                                        -> released
balance  mei  10 points, -6 debt

story: what had expired meanwhile is taken from there
pack: market
day 2026-12-30
record   mei  garden   09:00-11:00                 -> 2 points
day 2027-01-02
record   mei  library  09:00-10:00                 -> 1 points
lapse    mei                                       -> 2 points
reverse  mei  garden                               -> -2 points
balance  mei  1 points, 0 debt, 1h

story: an account may go below zero to its floor
pack: lender
day 2026-03-02
record   mei  garden  09:00-09:52                  -> 1 points
record   mei  garden  10:00-11:10                  -> 1.25 points
balance  mei  2.25 points, 2h15
hold     h1   mei  ticket                          -> open, 10 points
balance  mei  0 points, 10 held, -7.75 debt
hold     h2   mei  bun                             -> open, 2 points
hold     h3   mei  bun                             -> refused insufficient_points  required 2 available 0.25
confirm  h1   at cinema                            -> confirmed
refund   h1   at cinema                            -> refunded, 10 points
balance  mei  2.25 points, 2 held, -2 debt
cancel   h2                                        -> released
balance  mei  2.25 points, 0 held, 0 debt
hold     h4   mei  bun times 3                     -> open, 6 points
confirm  h4   at baker
balance  mei  0 points, -3.75 debt
refund   h4   times 1 at baker                     -> confirmed, 2 points
balance  mei  0 points, -1.75 debt
refund   h4   times 2 at baker                     -> refunded, 4 points
balance  mei  2.25 points, 0 debt
