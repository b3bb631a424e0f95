story: to the family with the days they have, soonest first; nobody else, and not too little
pack: giving
day 2026-03-02
opening  mei  5   until 2026-06-30
opening  mei  10  until 2027-12-31
give     mei  7 to bo                               -> refused not_admitted
give     mei  7 to bo kin neighbour                 -> refused not_admitted
give     mei  1.9 to bo kin child                   -> refused not_admitted
give     mei  7.05 to bo kin child                  -> refused invalid_value
give     mei  15.1 to bo kin child                  -> refused insufficient_points  required 15.1 available 15 missing 0.1
give     mei  7 to mei kin child                    -> refused same_volunteer
give     mei  7 to ?ghost kin child                 -> refused not_found
give     mei  7 to bo kin child                     -> 7 points, rule to_family
balance  mei  8 points
balance  bo   5 points until 2026-06-30, 2 points until 2027-12-31
standing bo   suspended                             -> suspended
give     mei  7 to bo kin child                     -> refused standing_blocks

story: to somebody in need, with days counted anew; above the ceiling it can only be donated
pack: giving
day 2026-03-02
volunteer bo joined 2026-01-01
state    bo   flags=low_income from 2026-01-01
opening  mei  18  until 2027-06-30
opening  bo   5
give     mei  18 to bo                              -> 18 points, rule to_those_in_need
balance  mei  0 points
balance  bo   20 points, 3 donate_only, 15 points until 2026-12-31

story: to the fund only what can only be donated
pack: giving
day 2026-03-02
volunteer bo joined 2026-01-01
state    bo   flags=low_income from 2026-01-01
opening  mei  18
opening  lea  6
opening  bo   18
give     mei  1 fund community                      -> refused insufficient_points  required 1 available 0 missing 1
give     lea  6 to bo                               -> 6 points
balance  bo   20 points, 4 donate_only
give     bo   3 fund community                      -> 3 points, rule to_the_fund
give     bo   3 fund ?nothing                       -> refused not_found
balance  bo   20 points, 1 donate_only
give     bo   2 fund community                      -> refused insufficient_points  required 2 available 1 missing 1

story: without a rule nothing passes
pack: fair
day 2026-03-02
opening  mei  5
give     mei  1 to bo kin child                     -> refused not_admitted
give     mei  1 fund community                      -> refused not_admitted

story: points come into a fund by a decision
pack: giving
day 2026-03-02
allot community 5 because "a vote"                  -> 5 points
allot community 1/2                                 -> 5.5 points
allot community 1/100                               -> refused invalid_value
allot ?nothing 1                                    -> refused not_found
fund  community 5.5 points

story: a group is given points, and may only give them on, to those in need
pack: giving
day 2026-03-02
volunteer bo joined 2026-01-01
state    bo   flags=low_income from 2026-01-01
opening  mei  5   until 2026-06-30
opening  lea  6   until 2027-06-30
give     mei  2 group ?lions                        -> refused not_found
register_group lions
give     mei  3 group lions                         -> 3 points, rule to_a_group
give     lea  4 group lions                         -> 4 points, rule to_a_group
group    lions 7 points
give_on  lions 2 to lea                             -> refused not_admitted
give_on  lions 2 fund community                     -> refused not_admitted
give_on  lions 8 to bo                              -> refused insufficient_points  required 8 available 7 missing 1
give_on  ?tigers 1 to bo                            -> refused not_found
give_on  lions 5 to bo                              -> 5 points, rule groups_give_on
balance  bo   5 points until 2026-12-31
group    lions 2 points
day 2026-07-01
give_on  lions 2 to bo                              -> 2 points
group    lions 0 points
