story: scanned, taken, gone: several rewards in one redemption, all of them or none
pack: fair
day 2026-03-02
opening  mei  20
outlet   stall  baker
link_phone mei
visit    v1   mei  at baker  showing phone          -> ok
redeem   v1   flour tea ticket                      -> refused wrong_outlet  line 3
balance  mei  20 points, 0 held
redeem   v1   flour tea                             -> 2 points, 0 points
balance  mei  18 points, 0 held
owed     baker  0.00 payable, 2 points
confirm  v1   at baker                              -> confirmed, again
confirm  v1   at stall                              -> refused already_used
redeem   v1   tea                                   -> refused limit_reached  reward Tea line 1
refund   v1   at baker                              -> refunded, 2 points
balance  mei  20 points
later 10min
redeem   v1   flour                                 -> 2 points
later 1min
redeem   v1   flour                                 -> refused hold_expired
redeem   ?v9  flour                                 -> refused not_found

story: all rewards of a visit are one redemption for the limits that count redemptions
pack: fair
day 2026-03-02
opening  mei  40
visit    v1   mei  at baker                         -> ok
redeem   v1   flour tea                             -> 2 points, 0 points
visit    v2   mei  at baker                         -> ok
redeem   v2   flour                                 -> 2 points
visit    v3   mei  at baker                         -> ok
redeem   v3   basket choosing cake                  -> refused limit_reached  limit twice_a_week_at_a_partner

story: the second of two rewards is checked after the first was taken
pack: fair
day 2026-03-02
opening  mei  5
visit    v1   mei  at baker                         -> ok
redeem   v1   tea flour flour                       -> refused not_eligible  line 3 required 5 available 3
redeem   v1   tea flour                             -> 0 points, 2 points

story: a code opens one visit, and only the phone that is linked shows codes
pack: fair
day 2026-03-02
opening  mei  20
visit    v1   mei  at baker  showing 12345678       -> refused card_code_wrong
link_phone mei
visit    v1   mei  at baker  showing phone          -> ok
visit    v2   mei  at baker  showing phone          -> refused card_code_wrong
later 1min
visit    v2   mei  at baker  showing phone          -> ok
link_phone mei
visit    v3   mei  at baker  showing old_phone      -> refused card_code_wrong
visit    v3   mei  at baker  showing phone          -> ok
visit    v4   mei  at baker  by mei                 -> refused forbidden
visit    v4   mei  at ?nowhere                      -> refused not_found
standing mei  suspended                             -> suspended
later 1min
visit    v4   mei  at baker  showing phone          -> refused standing_blocks

story: somebody of the household may fetch where the rules speak of it, nobody else
pack: fair
day 2026-03-02
volunteer mei joined 2026-01-01
volunteer bo  joined 2026-01-01
volunteer lea joined 2026-01-01
state    mei  household=H1 from 2026-01-01
state    bo   household=H1 from 2026-01-01
state    mei  guardian=lea from 2026-03-03
opening  mei  20
link_phone bo
link_phone lea
visit    v1   mei  at baker  showing phone  fetched_by bo    -> ok
redeem   v1   flour                                 -> 2 points
balance  mei  18 points
visit    v2   mei  at baker  showing phone  fetched_by lea   -> ok
redeem   v2   flour                                 -> refused not_eligible
day 2026-03-03
visit    v3   mei  at baker  showing phone  fetched_by lea   -> ok
redeem   v3   flour                                 -> 2 points

story: where no rule speaks of fetching, nobody may
pack: market
day 2026-03-02
volunteer mei joined 2026-01-01
volunteer bo  joined 2026-01-01
opening  mei  20
visit    v1   mei  at baker  fetched_by bo          -> ok
redeem   v1   bun                                   -> refused not_eligible  line 1
