//! Which requests are made, and which answers belong together.

use gearshift_sdk::prelude::*;
use serde::{Deserialize, Serialize};

use super::api;
use super::wire::{Answer, Listed, ListedNight, ListedRow, Series};

/// How far back a pull looks again, in seconds: what was saved while the last pull ran may not have been in its answer.
const OVERLAP: i64 = 3_600;

/// `lastupdate` of somebody who wants everything. A zero would be taken for none.
const EVER: i64 = 1;

/// What of a day, a workout, a night and a moment of a night is asked for: all that there is, since the archive keeps it.
const DAY_FIELDS: &str = "steps,distance,elevation,soft,moderate,intense,active,calories,totalcalories,hr_average,hr_min,hr_max,\
                          hr_zone_0,hr_zone_1,hr_zone_2,hr_zone_3";
const WORKOUT_FIELDS: &str = "calories,intensity,manual_distance,manual_calories,hr_average,hr_min,hr_max,hr_zone_0,hr_zone_1,\
                              hr_zone_2,hr_zone_3,pause_duration,algo_pause_duration,spo2_average,steps,distance,elevation,\
                              pool_laps,strokes,pool_length";
const NIGHT_FIELDS: &str = "nb_rem_episodes,sleep_efficiency,sleep_latency,total_sleep_time,total_timeinbed,wakeup_latency,waso,\
                            apnea_hypopnea_index,breathing_disturbances_intensity,asleepduration,deepsleepduration,hr_average,\
                            hr_max,hr_min,lightsleepduration,mvt_active_duration,mvt_score_avg,night_events,out_of_bed_count,\
                            remsleepduration,rr_average,rr_max,rr_min,sleep_score,snoring,snoringepisodecount,wakeupcount,\
                            wakeupduration,withings_index";
const MOMENT_FIELDS: &str = "hr,rr,snoring,sdnn_1,rmssd,mvt_score";

/// How a list is asked for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Span {
    /// `startdate` and `enddate`, Unix seconds.
    Seconds,
    /// `startdateymd` and `enddateymd`, both days included.
    Days,
}

/// What a stream is fetched from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct List {
    /// The stream, and the endpoint's name in failures.
    name: &'static str,
    path: &'static str,
    action: &'static str,
    /// Where the rows stand, below `/body`.
    member: &'static str,
    span: Span,
    /// A further field.
    asks: (&'static str, &'static str),
}

const LISTS: [List; 4] = [
    // Category 2 are goals.
    List {
        name: "measures",
        path: "/measure",
        action: "getmeas",
        member: "measuregrps",
        span: Span::Seconds,
        asks: ("category", "1"),
    },
    List {
        name: "activity",
        path: "/v2/measure",
        action: "getactivity",
        member: "activities",
        span: Span::Days,
        asks: ("data_fields", DAY_FIELDS),
    },
    List {
        name: "sleep",
        path: "/v2/sleep",
        action: "getsummary",
        member: "series",
        span: Span::Days,
        asks: ("data_fields", NIGHT_FIELDS),
    },
    List {
        name: "workouts",
        path: "/v2/measure",
        action: "getworkouts",
        member: "series",
        span: Span::Days,
        asks: ("data_fields", WORKOUT_FIELDS),
    },
];

impl List {
    /// The list of a stream; none for a stream that has none.
    pub(crate) fn of(stream: &str) -> Option<Self> {
        LISTS.into_iter().find(|list| list.name == stream)
    }
}

/// What a pull asks for.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum What {
    /// What lies between these, Unix milliseconds.
    Between(i64, i64),
    /// What was changed since, Unix seconds.
    Since(i64),
}

/// A night whose stages and samples are still to be fetched.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Night(String, i64, i64, Option<i64>);

/// Where the pull stands.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Cursor {
    what: What,
    /// Withings' own place in the list. None: the list is behind us.
    offset: Option<i64>,
    /// Nights of the pages before. They stand here and are not looked up in the list again: its pages shift when something
    /// changes meanwhile.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    nights: Vec<Night>,
    /// When the latest change was made that was seen, Unix seconds.
    changed: Option<i64>,
}

/// What the next pull goes on from, Unix seconds.
#[derive(Debug, Deserialize, Serialize)]
struct Watermark {
    changed: i64,
}

/// One page of the list, or as many of its nights as this call may ask for.
pub(crate) fn page(host: &Host<'_>, list: List, request: &PullRequest) -> Result<Page, Failure> {
    let mut cursor = match request.cursor()? {
        Some(cursor) => cursor,
        None => begin(request)?,
    };
    let mut page = Page::new();
    if cursor.nights.is_empty()
        && let Some(offset) = cursor.offset
    {
        page = rows(host, list, &mut cursor, offset)?;
    }
    nights(host, page, cursor)
}

/// All of the first pull; later what was changed since the last one, and a bit before.
fn begin(request: &PullRequest) -> Result<Cursor, Failure> {
    let since: Option<Watermark> = request.since()?;
    let changed = since.map(|since| since.changed);
    let what = match (changed, request.window) {
        (Some(changed), _) => What::Since((changed - OVERLAP).max(EVER)),
        (None, Some(window)) => What::Between(window.start, window.end),
        (None, None) => What::Since(EVER),
    };
    Ok(Cursor { what, offset: Some(0), nights: Vec::new(), changed })
}

fn rows(host: &Host<'_>, list: List, cursor: &mut Cursor, offset: i64) -> Result<Page, Failure> {
    let offset_text = offset.to_string();
    let mut fields = vec![("action", list.action), list.asks];
    let (start, end);
    match cursor.what {
        What::Since(moment) => {
            start = moment.to_string();
            fields.push(("lastupdate", &start));
        }
        What::Between(from, until) => {
            (start, end) = list.span.of(from, until);
            let names = list.span.names();
            fields.extend([(names.0, start.as_str()), (names.1, end.as_str())]);
        }
    }
    if offset > 0 {
        fields.push(("offset", &offset_text));
    }
    let answer = api::call(host, list.name, list.path, &fields)?;
    let listed: Listed = answer.json()?;
    let rows = listed.body.rows(list.member);
    let rows =
        rows.ok_or_else(|| Failure::changed(list.name, &format!("/body/{}", list.member), "there is no list"))?;
    cursor.offset = following(list, offset, &listed)?;
    cursor.changed = cursor.changed.max(rows.good().filter_map(|row| row.modified).max());
    if list.name == "sleep" {
        cursor.nights = queued(list, &answer)?;
    }
    Ok(documents(list, &answer, rows))
}

/// Where the next page begins, if there is one.
fn following(list: List, offset: i64, listed: &Listed) -> Result<Option<i64>, Failure> {
    if !listed.body.more.unwrap_or(false) {
        return Ok(None);
    }
    // An offset that stays would be asked for without end.
    match listed.body.offset.filter(|next| *next > offset) {
        Some(next) => Ok(Some(next)),
        None => {
            Err(Failure::changed(list.name, "/body/offset", format!("more is promised, and not from beyond {offset}")))
        }
    }
}

/// A page without rows says nothing. A page with rows of others is two documents, which the manifest ranks.
fn documents(list: List, answer: &Response, rows: &Each<ListedRow>) -> Page {
    let page = Page::new();
    if rows.is_empty() {
        return page;
    }
    match list.name {
        "activity" => {
            let named = |name: &str| Document::new(name).part("list", answer);
            // A row that cannot be read is noted with Withings' own.
            let others = rows.good().filter(|row| !row.is_own()).count();
            let page = if others < rows.len() { page.document(named("activity.own")) } else { page };
            if others > 0 { page.document(named("activity.imported")) } else { page }
        }
        "sleep" => page.document(Document::new("sleep.summary").part("list", answer)),
        name => page.document(Document::new(name).part("list", answer)),
    }
}

/// A night that cannot be read is noted when its summary is, and has no detail.
fn queued(list: List, answer: &Response) -> Result<Vec<Night>, Failure> {
    let nights: Answer<Series<ListedNight>> = answer.json()?;
    let nights = nights.body.series;
    if let (None, Some(bad)) = (nights.good().next(), nights.first_bad()) {
        let pointer = format!("/body/series/{}{}", bad.index, bad.wrong.pointer);
        return Err(Failure::changed(list.name, &pointer, bad.wrong.message.clone()));
    }
    Ok(nights.good().map(|night| Night(night.id.clone(), night.startdate, night.enddate, night.model_id)).collect())
}

/// As many nights as there are requests left, then what comes after.
fn nights(host: &Host<'_>, mut page: Page, mut cursor: Cursor) -> Result<Page, Failure> {
    let mut done = 0;
    let mut stopped = None;
    for night in &cursor.nights {
        if host.left() == 0 {
            break;
        }
        match detail(host, night) {
            Ok(document) => page.documents.push(document),
            Err(failure) => {
                stopped = Some(failure);
                break;
            }
        }
        done += 1;
    }
    cursor.nights.drain(..done);
    if let Some(failure) = stopped {
        return page.stop(failure, &cursor);
    }
    if !cursor.nights.is_empty() || cursor.offset.is_some() {
        return Ok(page.next(&cursor));
    }
    Ok(match cursor.changed {
        Some(changed) => page.watermark(&Watermark { changed }),
        None => page,
    })
}

/// Stages and samples of a night. They come without its id, so that the document says which one it is.
fn detail(host: &Host<'_>, night: &Night) -> Result<Document, Failure> {
    let Night(id, start, end, model) = night;
    let (from, until) = (start.to_string(), end.to_string());
    let fields =
        [("action", "get"), ("data_fields", MOMENT_FIELDS), ("startdate", from.as_str()), ("enddate", until.as_str())];
    let answer = api::call(host, "sleep.detail", "/v2/sleep", &fields)?;
    let document =
        Document::new("sleep.detail").id(id).part("moments", &answer).context("start", from).context("end", until);
    Ok(match model {
        Some(model) => document.context("model", model.to_string()),
        None => document,
    })
}

impl Span {
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Span::Seconds => ("startdate", "enddate"),
            Span::Days => ("startdateymd", "enddateymd"),
        }
    }

    /// Days are the person's own, which may be one ahead of UTC.
    fn of(self, start: i64, end: i64) -> (String, String) {
        match self {
            Span::Seconds => (start.div_euclid(1_000).max(EVER).to_string(), (end.div_euclid(1_000) + 1).to_string()),
            Span::Days => (time::Date::of(start).to_string(), time::Date::of(end).plus(1).to_string()),
        }
    }
}
