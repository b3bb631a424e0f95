story: taken without a network, brought later, and confirmed as of then
pack: kermis
day 2026-03-02
opening  mei  10
outlet   stall  baker
time 09:00
hold     h1  mei  soup                           -> open, 2 points
time 10:00
hold     h2  mei  soup                           -> open
time 18:00
confirm  h1  at stall                            -> refused hold_expired
bring    h1  at stall  on tablet  taken 10:30    -> confirmed
bring    h1  at stall  on tablet  taken 10:30    -> confirmed, again
bring    h2  at stall  on tablet  taken 12:01    -> open, conflict hold_expired, charged outlet
conflicts  stall  1
balance  mei  6 points, 2 held
owed     baker  5.00 payable, 2 points

story: a voucher that was taken twice is listed, and the fund bears what the outlet could not know
pack: kermis
day 2026-03-02
opening  mei  10
outlet   stall  baker
time 09:00
hold     h1  mei  soup                           -> open
time 09:30
confirm  h1  at baker                            -> confirmed
time 11:00
bring    h1  at stall  on tablet  taken 09:40    -> confirmed, conflict already_used, charged fund, 5.00 paid
conflicts  stall  1
conflicts  baker  0
balance  mei  8 points
owed     baker  10.00 payable, 2 points

story: a reward that did not opt in is the outlet's own risk, and another partner's is refused
pack: kermis
day 2026-03-02
opening  mei  10
time 09:00
hold     h1  mei  film                           -> open
bring    h1  at baker   taken 09:00              -> refused wrong_outlet
bring    h1  at cinema  taken 09:00              -> open, conflict reward_not_offered, charged outlet
conflicts  cinema  1
confirm  h1  at cinema                           -> confirmed
