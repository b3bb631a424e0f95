story: the same key and content answer the first outcome again
pack: market
day 2026-03-02
record   mei  garden   09:00-11:00  key k1         -> 2 points
record   mei  garden   09:00-11:00  key k1         -> again, 2 points
record   mei  garden   09:00-12:00  key k1         -> refused key_reused
record   mei  garden   09:00-11:00  key k1 by lea  -> refused duplicate_record     # another principal's key
balance  mei  2 points

story: a refusal gives the key back
pack: market
day 2026-03-02
hold     h1   mei  ticket  key k1                  -> refused insufficient_points
opening  mei  10
hold     h1   mei  ticket  key k1                  -> open
hold     h1   mei  ticket  key k1                  -> open, again
balance  mei  0 points, 10 held

story: an import is undone as one
pack: market
day 2026-03-02
record   mei  garden   06:00-08:00                             -> 2 points
record   mei  garden   08:00-09:00  import march_list          -> refused not_found
import   march_list                                            -> open
record   mei  garden   08:00-14:00  import march_list          -> 6 points
record   bo   garden   08:00-10:00  import march_list          -> 2 points
deed     bo   blood_donation 100    import march_list          -> 2 points
record   mei  school   14:00-15:00                             -> 0 points
undo_import march_list                                         -> 3 records, -9 points
undo_import march_list                                         -> refused wrong_state  state undone
record   ann  garden   08:00-10:00  import march_list          -> refused wrong_state
balance  mei  3 points, 3h
balance  bo   0 points, 0 min
import   march_list                                            -> open
record   mei  garden   08:00-14:00  import march_list          -> 5 points
balance  mei  8 points, 8h
