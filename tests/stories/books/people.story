story: two records of one person become one
pack: market
day 2026-03-02
volunteer  mei    born 1951-02-03                  -> registered
volunteer  mei    born 1951-02-03                  -> there already
volunteer  mei    born 1951-02-04                  -> refused already_exists
volunteer  mei_2  born 1951-02-03                  -> registered
record   mei    garden   08:00-13:00               -> 5 points
record   mei_2  library  12:00-18:00               -> 6 points
opening  mei_2  7  until 2026-06-30
merge    mei_2  into mei                           -> 1 records, -3 points
balance  mei    15 points, 8h, 7 points until 2026-06-30
balance  mei_2  15 points, 8h
record   mei_2  school   2026-03-01T09:00-10:00    -> 1 points
balance  mei    16 points
merge    mei_2  into mei                           -> refused same_volunteer

story: who was registered twice joined once
pack: second
day 2026-03-01
volunteer  mei_2                                   -> registered
day 2026-03-02
volunteer  mei                                     -> registered
balance    mei    5 points
balance    mei_2  5 points
merge      mei_2  into mei                         -> 0 records, -5 points
balance    mei    5 points

story: what has to be settled before a merge
pack: market
day 2026-03-02
opening  bo   10
opening  mei  10
hold     h1   bo   ticket                          -> open
merge    bo   into mei                             -> refused open_holds  count 1
cancel   h1                                        -> released
check_in bo   garden  09:00                        -> open
merge    bo   into mei                             -> refused wrong_state
check_out bo  garden  10:00                        -> 1 points
merge    bo   into mei  by volunteer:mei           -> refused four_eyes
merge    bo   into mei                             -> 1 records, 0 points
balance  mei  21 points, 1h

story: an adjustment takes two people
pack: market
day 2026-03-02
opening  mei  10
adjust   a1   mei  -4.5  because "typed twice" by lea    -> proposed, -4.5 points
balance  mei  10 points
decide   a1   approve  by lea                      -> refused four_eyes
decide   a1   approve  by mei                      -> refused forbidden
decide   a1   approve  by bo                       -> approved
decide   a1   approve  by ann                      -> refused wrong_state  state approved
balance  mei  5.5 points
adjust   a2   mei  100   by mei                    -> refused forbidden
adjust   a2   mei  -6    by lea                    -> proposed
decide   a2   approve  by bo                       -> refused insufficient_points  required 6 available 5.5
decide   a2   reject   by bo                       -> rejected
adjust   a3   mei  1     by lea                    -> proposed
decide   a3   approve  by bo                       -> approved
balance  mei  6.5 points, 1 points until 2026-12-31
adjust   a4   mei  0     by lea                    -> refused invalid_value

story: opening balances come lot by lot, and are spent soonest first
pack: market
day 2026-03-02
opening  mei  4  until 2026-12-31                  -> 4 points
opening  mei  3  until 2026-06-30                  -> 3 points
opening  mei  2                                    -> 2 points
opening  mei  1  until 2026-03-01                  -> refused invalid_value
opening  mei  1  until 2026-03-02                  -> 1 points
balance  mei  10 points, 0 min
hold     h1   mei  bun times 2                     -> open, 4 points
balance  mei  6 points, 4 points until 2026-12-31
cancel   h1                                        -> released
balance  mei  10 points, 3 points until 2026-06-30

story: balances as of a day, by when it happened and by when it was written
pack: market
day 2026-03-02
record   mei  garden   09:00-11:00                 -> 2 points
day 2026-03-10
record   mei  library  2026-03-05T09:00-10:00      -> 1 points
balance  mei  3 points, 3h
balance  mei  3 points, 3h  as_of 2026-03-05
balance  mei  2 points, 2h  as_of 2026-03-04
balance  mei  2 points, 2h  known_on 2026-03-09
balance  mei  0 points      as_of 2026-03-01

story: what hangs on the absorbed number goes along
pack: market
day 2026-03-02
opening  a   10
opening  b   10
activity choir capacity 1
sign_up  a   choir                                 -> 0 left
adjust   a1  a  5  by lea                          -> proposed
hold     h1  a  ticket                             -> open
confirm  h1  at cinema                             -> confirmed
merge    a   into b                                -> 0 records, 0 points
decide   a1  approve  by bo                        -> approved
balance  b   15 points
refund   h1  at cinema                             -> refunded
balance  b   25 points
withdraw a   choir                                 -> withdrawn
standing b   suspended                             -> suspended
record   a   garden  09:00-10:00                   -> refused standing_blocks

story: two promises of one person are one
pack: market
day 2026-03-02
activity choir  capacity 2
sign_up  a   choir                                 -> 1 left
sign_up  b   choir                                 -> 0 left
merge    a   into b                                -> 0 records
sign_up  b   choir                                 -> refused already_signed_up
sign_up  c   choir                                 -> 0 left
check_in b   choir  09:00                          -> open
check_out a  choir  10:00                          -> 1 points
