-- One row per step of a run: a source and symbol that was asked, a file that was loaded, a stage of the build.
-- grain: step_id
create table if not exists steps (
    step_id integer primary key,
    run_id integer not null references runs (run_id),
    kind text not null,                 -- trending, posts, older posts, prices, figures, ipos, inbox, tag,
                                        -- build, regress or publish
    source text not null,               -- stocktwits, yahoo, a feed, a folder; empty for stages of the build
    subject text not null,              -- a symbol, a file, a family; empty where the step has none
    started_at text not null,
    ended_at text,
    outcome text not null,              -- running, done, unchanged, partial, failed, skipped, stopped, killed
    reason text,                        -- a sentence, where it was not simply done
    rows_new integer not null default 0,
    rows_updated integer not null default 0,
    rows_duplicate integer not null default 0,
    rows_quarantined integer not null default 0,
    requests integer not null default 0,
    retries integer not null default 0
)
