story: a draw is announced, drawn, and an offer that lapses passes on
pack: kermis
day 2026-03-02
opening    mei  10
opening    bo   10
opening    lea  10
time 09:00
open_draw  night  by_lot  film  closes 2026-03-02T12:00  places 1  hours 24  -> open, 1 places, committed
stock      film   4
open_draw  night  by_lot  film  closes 2026-03-02T13:00  places 1  hours 24  -> refused already_exists
enter      night  mei                     -> ticket 1, entered
enter      night  bo                      -> ticket 2
enter      night  lea                     -> ticket 3
enter      night  mei                     -> ticket 1
leave      night  lea                     -> ticket 3, withdrawn
draw       night                          -> refused draw_still_open
time 12:00:01
enter      night  lea                     -> refused draw_closed
draw       night                          -> drawn, 1 offered, 1 waiting, 0 out
verified   night
ticket     night  lea  withdrawn
ticket     night  place_1  offered
ticket     night  place_2  waiting
take_up    night  place_2                 -> refused wrong_state  state waiting
pass_over  night  place_1                 -> refused wrong_state
later 24h
pass_over  night  place_1                 -> refused wrong_state
later 1min
take_up    night  place_1                 -> refused offer_lapsed
pass_over  night  place_1                 -> lapsed, passes on
verified   night
ticket     night  place_1  lapsed
ticket     night  place_2  offered
stock      film   4
take_up    night  place_2  as h1          -> taken, 2 points
verified   night
confirm    h1     at cinema               -> confirmed
stock      film   4

story: who declines lets the place go; nobody waits, and it is free for everybody
pack: kermis
day 2026-03-02
opening      mei  10
time 09:00
open_draw    night  by_lot  film  closes 2026-03-02T12:00  -> open, 2 places
stock        film   3
enter        night  mei                   -> ticket 1
time 12:01
draw         night                        -> drawn, 1 offered, 0 waiting
stock        film   4
decline      night  mei                   -> declined, passes to nobody
stock        film   5
verified     night
cancel_draw  night  because "no film"     -> cancelled, 0 void

story: the first who come; who leaves makes room for who waits
pack: kermis
day 2026-03-02
time 09:00
open_draw  trip  queue  hike  closes 2026-03-05T12:00  -> open, 2 places
enter      trip  mei                      -> ticket 1, offered
enter      trip  bo                       -> offered
enter      trip  lea                      -> waiting
take_up    trip  mei                      -> taken
decline    trip  bo                       -> declined, passes to 3
take_up    trip  lea                      -> taken
cancel_draw  trip  because "rain"         -> cancelled, 0 void

story: places of a draw are kept on the shelf of its outlet
pack: kermis
day 2026-03-02
opening    mei  10
outlet     stall  baker
time 09:00
open_draw  jars  by_lot  jam  closes 2026-03-02T12:00            -> refused outlet_required
open_draw  jars  by_lot  film  closes 2026-03-02T12:00  at stall -> refused invalid_value
open_draw  jars  by_lot  jam  closes 2026-03-02T12:00  at stall  -> open, 2 places
stock      jam   1  at stall
enter      jars  mei
time 12:01
draw       jars                           -> drawn, 1 offered
stock      jam   2  at stall
take_up    jars  mei  at baker            -> refused wrong_outlet
take_up    jars  mei  as h1               -> taken
confirm    h1    at baker                 -> refused wrong_outlet
confirm    h1    at stall                 -> confirmed
stock      jam   2  at stall
