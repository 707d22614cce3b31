"""What a manager did of 3111 in a week, counted from entries (D1; domain.md 3, "What counts")."""

# A part of a statement: `manager_done` has person_id and the four items of a week. A follow-up call counts once a day
# and person called, as a call does. An accompaniment is another's visit that both confirmed and that stands; a row
# tied to such a visit never counts besides it, one without a visit counts where it is confirmed. Coaching counts when
# the coachee has acknowledged it; each finished proposal or recruitment contact is one.
MANAGER_DONE = """accompanied AS (
    SELECT companion_id AS person_id, count(*) AS visits FROM clients_visit
    WHERE day BETWEEN %(monday)s AND %(sunday)s AND companion_confirmed AND companion_id <> person_id
        AND ineffective_at IS NULL
        AND (%(people)s::bigint[] IS NULL OR companion_id = ANY(%(people)s::bigint[]))
    GROUP BY companion_id
), entered AS (
    SELECT person_id,
        CASE WHEN %(one_per_contact)s THEN count(DISTINCT (day, about)) FILTER (WHERE kind = 'follow_up')
            ELSE count(*) FILTER (WHERE kind = 'follow_up') END AS calls,
        count(*) FILTER (WHERE kind = 'accompaniment' AND visit_id IS NULL AND confirmed) AS visits,
        count(*) FILTER (WHERE kind = 'coaching' AND confirmed) AS coachings,
        count(*) FILTER (WHERE kind IN ('proposal', 'recruit')) AS last_ones
    FROM activity_managerentry WHERE day BETWEEN %(monday)s AND %(sunday)s
        AND (%(people)s::bigint[] IS NULL OR person_id = ANY(%(people)s::bigint[]))
    GROUP BY person_id
), done AS (
    SELECT person_id, coalesce(entered.calls, 0)::int AS follow_up_calls,
        (coalesce(entered.visits, 0) + coalesce(accompanied.visits, 0))::int AS accompaniments,
        coalesce(coachings, 0)::int AS coachings, coalesce(last_ones, 0)::int AS proposals_or_recruits
    FROM entered FULL JOIN accompanied USING (person_id)
)"""
