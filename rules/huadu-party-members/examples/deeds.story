# 矛盾调解 4 分、民生服务 2 分、政策宣传 1 分，社区认定；仅限党员志愿者；年底到期。
# Mediation 4, livelihood service 2, policy outreach 1, confirmed by the community; members only; gone at the year's end.

story: three deeds of a member, confirmed by the community
day 2026-03-02
volunteer  bo
state      bo  volunteer.roles=party_member
deed       bo  mediation                            -> awaits community
approve    bo  mediation          as community by lea   -> 4 points
deed       bo  livelihood_service
approve    bo  livelihood_service as community by lea   -> 2 points
deed       bo  policy_outreach
approve    bo  policy_outreach    as community by lea   -> 1 points
balance    bo  7 points

story: a deed of somebody who is no member does not count, nor can they redeem
day 2026-03-02
volunteer  mei
state      mei  volunteer.roles=gardener
deed       mei  mediation                           -> 0 points
balance    mei  0 points
hold       h1  mei  haircut_at_home                 -> refused not_eligible
opening    mei  5
hold       h1  mei  haircut_at_home                 -> refused not_eligible

story: points are gone at the end of the year, whenever in it they were earned
day 2026-12-31
volunteer  bo
state      bo  volunteer.roles=party_member
deed       bo  mediation
approve    bo  mediation          as community by lea   -> 4 points
hold       h1  bo  haircut_at_home                  -> open, 1 points
confirm    h1  at neighbourhood-services
balance    bo  3 points
day 2027-01-01
lapse      bo
balance    bo  0 points

story: what members can get: culture and tourism, and public services
day 2026-03-02
volunteer  bo
state      bo  volunteer.roles=party_member
opening    bo  34
hold       h1  bo  museum_ticket                    -> open, 10 points
hold       h2  bo  reading_class                    -> open, 10 points
hold       h3  bo  haircut_at_home                  -> open, 1 points
hold       h4  bo  tutoring                         -> open, 3 points
hold       h5  bo  water_purifier                   -> open, 10 points
hold       h6  bo  tutoring                         -> refused limit_reached
balance    bo  0 points
hold       h7  bo  soap                             -> refused reward_not_offered

table: each reward as often as its rule says, to the last day of its window
reward              redeemed    day         -> refused
museum_ticket       2026-03-31  2026-03-31  -> museum_ticket_limit_1
museum_ticket       2026-03-31  2026-04-01  -> -
reading_class       2026-01-01  2026-03-31  -> reading_class_limit_1
reading_class       2026-01-01  2026-04-01  -> -
haircut_at_home     2026-03-01  2026-03-31  -> haircut_at_home_limit_1
haircut_at_home     2026-03-01  2026-04-01  -> -
tutoring            2026-03-30  2026-04-05  -> tutoring_limit_1
tutoring            2026-03-30  2026-04-06  -> -
water_purifier      2026-01-01  2026-03-31  -> water_purifier_limit_1
water_purifier      2026-01-01  2026-04-01  -> -
