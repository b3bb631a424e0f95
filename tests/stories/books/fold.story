story: a late record takes what the day still has, and later awards are folded again
pack: market
day 2026-03-02
record   mei  garden   08:00-14:00                         -> 6h, 6 points
record   mei  library  14:00-18:00                         -> 4h, 2h counted, 2 points
day 2026-03-03
record   mei  school   2026-03-02T06:00-08:00              -> 2h, 0 min counted, 0 points
says     mei  library  contains "8 h a day at most"
balance  mei  8 points, 8h

story: a late record on another day moves nothing else
pack: market
day 2026-03-03
record   mei  garden   08:00-10:00                         -> 2 points
record   mei  library  2026-03-02T09:00-10:30              -> 1.5 points
balance  mei  3.5 points, 3h30

story: overlapping time counts once, for the earlier record
pack: market
day 2026-03-02
record   mei  garden   09:00-11:00                         -> 2h counted, 2 points
record   mei  library  10:00-12:00                         -> 2h, 1h counted, 1 points
record   mei  school   10:30-11:30                         -> 1h, 0 min counted, 0 points
reverse  mei  garden   because "was somebody else"         -> -1 points
balance  mei  2 points, 2h

story: a record across midnight is split between the days
pack: market
day 2026-03-02
record   mei  garden   14:00-20:00                         -> 6 points
record   mei  watch    21:00-03:00                         -> 6h, 5h counted, 5 points
balance  mei  11 points, 11h

story: corrected, then reversed, then recorded again
pack: market
day 2026-03-02
record   mei  garden   09:00-11:00   called r1             -> 2 points
correct  r1   to 09:00-12:30         because "stayed on"   -> 210 min, 1.5 points
reverse  r1   because "wrong person"                       -> -3.5 points
reverse  r1   because "twice"                              -> refused wrong_state  state reversed
balance  mei  0 points, 0 min
record   mei  garden   09:00-11:00                         -> 2 points
balance  mei  2 points, 2h

story: the same record again is a duplicate, another content a conflict
pack: market
day 2026-03-02
record   mei  garden   09:00-11:00                         -> 2 points
record   mei  garden   09:00-11:00                         -> refused duplicate_record
record   mei  garden   09:00-11:30                         -> refused conflicting_record
record   mei  garden   11:00-11:00                         -> refused time_out_of_range
balance  mei  2 points, 2h

story: deeds earn without time
pack: market
day 2026-03-02
deed     mei  blood_donation  200                          -> 4 points, 0 min counted
deed     mei  blood_donation  5                            -> 0.1 points
deed     mei  singing                                      -> 0 points
balance  mei  4.1 points, 0 min

story: what is typed in later waits for somebody else
pack: market
day 2026-03-02
record   mei  garden   09:00-11:00   as backfill by bo     -> 2h, 0 points, awaits steward
approve  mei  garden   by bo                               -> refused four_eyes
approve  mei  garden   by mei                              -> refused forbidden
approve  mei  garden   by lea as emperor                   -> refused level_unknown
approve  mei  garden   by lea                              -> 2h counted, awarded 2 points, settled
approve  mei  garden   by lea as steward                   -> 0 points, settled
balance  mei  2 points

story: two schemes award one record, one of them keeps the time
pack: market
pack: second
day 2026-03-02
record   mei  garden   09:00-11:00                         -> 2 points market, 6 points second
balance  mei  2 points in market
balance  mei  11 points, 2h  in second                     # 5 of them for joining
reverse  mei  garden                                       -> -2 points market, -6 points second
balance  mei  5 points, 0 min  in second

story: a new version of the rules decides what takes effect from its day on
pack: market
pack: market-2
day 2026-03-02
record   mei  garden   09:00-10:00                         -> 1 points
publish  market-2  from 2026-04-01                         -> published
record   mei  garden   10:00-11:00                         -> 1 points
day 2026-04-01
record   mei  garden   09:00-10:00                         -> 2 points
record   mei  library  2026-03-30T09:00-10:00              -> 2 points      # accepted under the new version
publish  market-2  from 2026-03-01                         -> refused pack_conflict
balance  mei  6 points, 4h

story: a stated fact of the past folds again from its day
pack: market
day 2026-03-02
record   mei  garden   09:00-11:00                         -> 2 points
state    mei  flags=dues_unpaid  from 2026-03-01           -> 0 points
balance  mei  2 points

story: a late record of an earlier year fills that year's day and expires with it
pack: market
day 2026-12-31
record   mei  garden 08:00-16:00                   -> 8 points
day 2027-01-01
record   mei  garden 08:00-16:00                   -> 8 points
day 2027-01-02
record   mei  library 2026-12-31T16:00-18:00       -> 0 points
record   mei  school  2026-12-30T16:00-18:00       -> 2 points
balance  mei  8 points, 18h
lapse    mei
reverse  mei  school
balance  mei  8 points, 16h

story: a record of last year is awarded to a lot that is over
pack: market
day 2026-02-01
record   mei garden 2025-12-30T09:00-11:00      -> 2 points
balance  mei 0 points, 2h, 2 points until 2025-12-31
lapse    mei                                    -> 2 points
correct  mei garden to 2025-12-30T09:00-12:00   -> 1 points
reverse  mei garden                             -> -3 points
balance  mei 0 points, 0 debt

story: corrected to an earlier start, before another record
pack: market
day 2026-03-02
record   mei garden  09:00-12:00                -> 3 points
record   mei library 13:00-20:00                -> 5 points
correct  mei library to 07:00-14:00             -> -1 points      # the garden's hours lie inside
balance  mei 7 points, 7h
correct  mei library to 2026-03-01T07:00-14:00  -> 3 points
balance  mei 10 points, 10h

story: deeds corrected and reversed
pack: market
day 2026-03-02
deed     mei blood_donation 200 at 10:00            -> 4 points
correct  mei blood_donation deed.quantity=100       -> -2 points
correct  mei blood_donation to 2026-03-01T08:00 for 1h      -> ok
reverse  mei blood_donation                         -> -2 points
deed     mei blood_donation 200 at 10:00            -> 4 points
balance  mei 4 points
