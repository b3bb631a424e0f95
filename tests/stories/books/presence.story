story: coming and going
pack: market
day 2026-03-02
check_in   mei  garden   09:00  at door            -> open
check_in   mei  garden   09:05                     -> refused already_checked_in
check_in   mei  library  09:10                     -> refused already_checked_in
check_out  mei  library  09:20                     -> refused not_checked_in
check_out  mei  garden   11:30                     -> 150 min, 2.5 points
check_out  mei  garden   11:31                     -> refused not_checked_in
check_in   mei  garden   12:00  at ?roof           -> refused not_found
check_in   ?ghost garden 12:00                     -> refused not_found
check_in   mei  ?moon    12:00                     -> refused not_found
balance    mei  2.5 points, 2h30

story: a district with its units, kiosks and partners
pack: market
day 2026-03-02
unit       huadu   kind district                           -> registered
unit       xinhua  kind street  in huadu                   -> registered
unit       moon    kind planet                             -> refused invalid_value
unit       moon    in ?sun                                 -> refused not_found
kiosk      door    xinhua                                  -> registered
kiosk      door    xinhua                                  -> there already
kiosk      door    huadu                                   -> refused already_exists
partner    library kind public_service                     -> registered
outlet     desk    library                                 -> registered
outlet     desk    baker                                   -> refused already_exists
activity   story_hour  host xinhua  category reading       -> registered
volunteer  mei  home xinhua                                -> registered
check_in   mei  story_hour  09:00  at door                 -> open
later      1h30
check_out  mei  story_hour  10:30                          -> 90 min, 1.5 points
record     mei  garden  11:00-12:00  as backfill by bo     -> awaits steward
reject     mei  garden  by lea                             -> 0 points
reject     mei  garden  by lea                             -> refused wrong_state  state rejected
balance    mei  1.5 points

story: a device that was offline keeps its own times
pack: market
day 2026-03-02
time 18:00
check_in   mei  garden   09:00                     -> open
check_out  mei  garden   11:00                     -> 2 points
check_in   mei  library  2026-01-01T09:00          -> refused time_out_of_range
balance    mei  2 points

story: places, promised and given back
pack: market
day 2026-03-02
activity   choir  capacity 2                       -> registered
sign_up    mei  choir                              -> 1 left
sign_up    mei  choir                              -> refused already_signed_up
sign_up    bo   choir                              -> 0 left
sign_up    ann  choir                              -> refused activity_full  capacity 2
withdraw   bo   choir                              -> withdrawn
withdraw   bo   choir                              -> refused wrong_state  state withdrawn
sign_up    ann  choir                              -> 0 left
withdraw   lea  choir                              -> refused not_found
check_in   mei  choir  09:00                       -> open
check_out  mei  choir  10:00                       -> 1 points
withdraw   mei  choir                              -> refused wrong_state  state attended

story: nobody comes who may not
pack: market
day 2026-03-02
volunteer  mei
standing   mei  blacklisted                        -> blacklisted
check_in   mei  garden  09:00                      -> refused standing_blocks
record     mei  garden  09:00-10:00                -> refused standing_blocks
sign_up    mei  garden                             -> refused standing_blocks
standing   mei  exiled                             -> refused invalid_value
