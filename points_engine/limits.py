"""Every bound of the engine, with its unit and the reason for it."""

from __future__ import annotations

from typing import Final

COMMANDS_PER_BATCH: Final = 2_000
"""commands: one commit stays well under a second on a small machine, and a retry after a fault is cheap."""

IMPORT_SLICE_COMMANDS: Final = 150
"""commands: the first slice of bulk work; those that follow are as large as the machine allows."""

BULK_SLICE_SECONDS: Final = 0.04
"""seconds that a slice of bulk work may take to commit: a counter that waits behind one still answers within 0.1 s."""

BULK_SLICE_COMMANDS_LEAST: Final = 20
"""commands: less would be spent on commits alone, and bulk work would never end."""

BULK_SLICE_COMMANDS_MOST: Final = 500
"""commands: one more round trip for so many is no gain worth a longer wait."""

BULK_ITEMS: Final = 500
"""items of one bulk request: answered within a quarter of a second, a few commits."""

QUEUED_COMMANDS: Final = 20_000
"""commands waiting in one lane: a few seconds of work; more would only be answered too late."""

BULK_PATIENCE_BATCHES: Final = 8
"""batches that may pass over waiting bulk work: bulk goes on, slowly, however busy the counters are."""

READ_ROUNDS: Final = 6
"""rounds of reading ahead: code, volunteer, hold, fund, accounts, and one to see that nothing is missing."""

STATES_KEPT: Final = 4_000
"""states of folds kept parsed between batches: those who serve today come again soon; some ten megabytes."""

CONFLICT_RETRIES: Final = 8
"""retries: how often a batch is tried again after another process changed the same rows."""

CONNECT_SECONDS: Final = 5
"""seconds to get a connection to PostgreSQL: a server that is there answers in milliseconds, also over a busy line."""

SILENT_LINE_SECONDS: Final = 15
"""seconds without a sign of life from the other end of a connection: more than any hiccup of a network, and less than a
person waits at a counter. Without it a line that goes silent would be waited for until the kernel gives up (15 min)."""

IDLE_TRANSACTION_SECONDS: Final = 30
"""seconds that PostgreSQL waits for the next statement of a batch before it gives the batch's locks free: longer than
the slowest decision, and less than others wait for a lock (10 s) times how often they try again."""

KEY_CHARACTERS: Final = 200
"""characters of an idempotency key: room for an import's name, a line number and a UUID."""

CODE_CHARACTERS: Final = 64
"""characters of a public code (volunteer number, unit, activity, outlet): fits on a card and in a QR code."""

TOKEN_CHARACTERS: Final = 2_000
"""characters of a voucher's signed token: one of the longest names in any script still fits into a QR code."""

ENDED_VOUCHERS: Final = 2_000
"""vouchers of one page of what an outlet keeps for when there is no network: some tens of kilobytes."""

USABLE_VOUCHERS: Final = 100
"""vouchers of one person that are listed as usable: nobody carries more about."""

ENDED_AGAIN_SECONDS: Final = 300
"""seconds that an outlet's list reaches back again: longer than a commit takes, or clocks of processes differ."""

TEXT_CHARACTERS: Final = 500
"""characters of a name, a reason or a note: a paragraph, not a document."""

FACTS_PER_RECORD: Final = 24
"""facts stated beside a service record: more is a document, not a fact."""

RECORD_MINUTES: Final = 31 * 24 * 60
"""minutes between check-in and check-out: a month on duty is the longest that any scheme knows."""

CLOCK_AHEAD_SECONDS: Final = 120
"""seconds that a device's clock may be ahead of the service's: such a tap is taken as now; beyond, something is wrong
with the clock, and a person looks."""

DOUBLE_TAP_SECONDS: Final = 60
"""seconds within which the same tap at the same activity is one tap, where a pack says nothing: nobody serves for less
than a minute."""

DOUBLE_TAP_SECONDS_AT_MOST: Final = 600
"""seconds that a pack may say instead: beyond ten minutes somebody may really have gone and come again."""

RECORDS_PER_VOLUNTEER: Final = 200_000
"""service records folded for one volunteer: 25 a day for 20 years."""

LOTS_PER_ACCOUNT: Final = 4_000
"""lots of one account: ten years of daily expiry; a pack with coarser granularity keeps it near ten."""

POSTINGS_PER_ENTRY: Final = 10_000
"""postings of one entry: a re-fold may touch every lot of an account twice."""

AMOUNT_MAX: Final = 10**15
"""smallest units: every sum of a million such amounts still fits a signed 64-bit column."""

SWEEP_ROWS: Final = 500
"""rows one sweep handles before it commits and says whether more remain."""

APPROVAL_LEVELS: Final = 8
"""levels of approval that one key may be given: grid, community, street, district, and as many again."""

KEY_USES: Final = 500
"""API keys whose last use is noted by one command: a district's devices come in a few slices."""

KEY_USE_MINUTES: Final = 5
"""minutes between two notes of the same key's last use: a key is in use or it is not; no write for every request."""

DEED_QUANTITY_MAX: Final = 10**9
"""items of one deed: steps walked for a charity count in thousands; more is a slip of the finger."""

PIN_TRIES: Final = 5
"""wrong PINs of one volunteer at one device before a lock there, and again after each lock."""

PIN_TRIES_ANYWHERE: Final = 15
"""wrong PINs of one volunteer at all devices together before a lock everywhere: somebody who types at one device keeps
nobody from another one, and many devices are no way around the count."""

PIN_LOCKS_MINUTES: Final = (15, 60, 24 * 60)
"""minutes of the first lock, the second, and every further one until a right PIN: some 15 guesses on the first day and
5 on every other, of a million PINs."""

IDENTIFIED_MINUTES: Final = 10
"""minutes for which a volunteer who said their PIN stays identified at one device."""

QUANTITY_MAX: Final = 1_000
"""items of one reward in one redemption: a pallet, not a warehouse."""

OPEN_REQUESTS: Final = 64
"""requests of one process that wait for their answer: what comes on top would only be answered too late."""

READERS: Final = 4
"""reads of one process at once, each with a connection that is kept: more would only take the interpreter from each
other."""

SPARE_READERS: Final = 8
"""connections beside those, opened when they are needed: jobs, screens and tools."""

FRESH_SECONDS: Final = 1.0
"""seconds for which a reader's connection that answered is taken to be alive."""

JOB_LEASE_SECONDS: Final = 30
"""seconds: how long a job waits on SQLite after the process that ran it died; a living one renews in time."""

JOB_RUNS_KEPT: Final = 5_000
"""runs of one job that are kept: half a day of the job that runs every ten seconds, years of the nightly ones."""

JOB_FINDINGS_KEPT: Final = 100
"""findings of one run that are kept: the first ones say where to look, the audit itself tells all."""

CSV_LINE_CHARACTERS: Final = 20_000
"""characters of one CSV line: longer is a broken quote."""

IMPORT_SORT_ROWS: Final = 50_000
"""rows sorted in memory at once while an import is staged: keeps memory flat for any length of file."""

SAME_USE_SECONDS: Final = 60
"""seconds in which a voucher of several uses that is read again at the same outlet means the same use: a slip of the
scanner, not a second visit."""

STOCK_MAX: Final = 1_000_000
"""items of one reward that come or go at once: more is a typing mistake."""

VISIT_MINUTES: Final = 10
"""minutes from scanning a volunteer's code to handing over: a long look at the shelf, not a second visit."""

REWARDS_PER_VISIT: Final = 50
"""different rewards in one redemption: a full basket."""

URL_CHARACTERS: Final = 500
"""characters of the address of a webhook."""

YEAR_MIN: Final = 1900
"""calendar year: nobody serves before it; an earlier date is a typing mistake."""

SAMPLE_ENTRIES: Final = 50
"""entries of one sample: what a member of the committee can look at in an evening."""

SAMPLE_SIGNATURES: Final = 2
"""members who sign for one sample: four eyes; others draw their own."""

DRAW_PLACES: Final = 1_000
"""places of one draw: more are not scarce, and the offers of a draw are made in one commit."""

DRAW_TICKETS: Final = 5_000
"""tickets of one draw: they are ranked in one commit (0.4 s for so many), and published in one answer."""

OFFER_HOURS: Final = 720
"""hours for which a winner is waited for: a month; who waits for a place waits as long."""

SAMPLE_HANDS: Final = 200
"""people and devices that took part in one entry: a correction of years of service names every approver."""
