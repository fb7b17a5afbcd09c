//! The truth about a rider, for a checker: plain values in plain units, and how often each was served.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clock::SECOND;

use super::{Activity, PlannedWorkout, Ride, Rider, Workout, days};

/// How often a thing was served, by endpoint.
pub type Counts = BTreeMap<String, u64>;

/// A rider and everything of theirs at both providers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RiderTruth {
    /// The user name at both.
    pub username: String,
    /// IANA name.
    pub zone: String,
    /// Strava's athlete id.
    pub athlete: i64,
    /// TrainerRoad's member id.
    pub member: i64,
    /// Kilograms.
    pub weight: f64,
    /// Watts.
    pub ftp: i64,
    /// Strava's, in the order in which they were made; deleted ones too.
    pub activities: Vec<StravaActivityTruth>,
    /// TrainerRoad's, likewise.
    pub rides: Vec<RideTruth>,
    /// TrainerRoad's calendar, likewise.
    pub planned: Vec<PlanTruth>,
    /// TrainerRoad's load by day.
    pub days: Vec<DayTruth>,
}

/// An activity at Strava. Absent is what no sensor measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StravaActivityTruth {
    /// Strava's id.
    pub id: i64,
    /// The title at present.
    pub name: String,
    /// Strava's `sport_type`.
    pub sport: String,
    /// Unix milliseconds.
    pub start: i64,
    /// Seconds east of UTC.
    pub offset: i32,
    /// Seconds, pauses included.
    pub elapsed: i64,
    /// Seconds without pauses.
    pub moving: i64,
    /// Metres.
    pub distance: f64,
    /// Metres climbed.
    pub climbed: Option<f64>,
    /// Beats a minute.
    pub average_heartrate: Option<f64>,
    /// Beats a minute.
    pub max_heartrate: Option<i64>,
    /// Watts.
    pub average_watts: Option<f64>,
    /// Watts.
    pub max_watts: Option<i64>,
    /// Watts, weighted.
    pub weighted_watts: Option<i64>,
    /// Turns a minute; a run's are of one leg.
    pub average_cadence: Option<f64>,
    /// Kilojoules of work.
    pub kilojoules: Option<f64>,
    /// Kilocalories.
    pub calories: f64,
    /// Rows of each stream; 0 for one typed in by hand.
    pub samples: usize,
    /// Laps in order.
    pub laps: Vec<LapTruth>,
    /// Typed in by hand.
    pub manual: bool,
    /// Seen with `activity:read_all` alone.
    pub private: bool,
    /// Times that it was changed.
    pub edits: u64,
    /// No longer there.
    pub deleted: bool,
    /// How often each endpoint told of it.
    pub served: Counts,
}

/// A lap of an activity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LapTruth {
    /// Unix milliseconds.
    pub start: i64,
    /// Seconds.
    pub elapsed: i64,
    /// Metres.
    pub distance: f64,
}

/// A ride at TrainerRoad, with what each generation calls it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RideTruth {
    /// The calendar entry before the change.
    pub entry: String,
    /// `WorkoutRecordId` before the change.
    pub record: i64,
    /// The activity's id after it.
    pub activity: i64,
    /// The workout's id, in all generations.
    pub workout: i64,
    /// The name at present.
    pub name: String,
    /// Unix milliseconds.
    pub start: i64,
    /// The rider's own day, `2026-03-10`.
    pub date: String,
    /// Seconds.
    pub seconds: i64,
    /// On the road.
    pub outside: bool,
    /// Training stress.
    pub tss: i64,
    /// A fraction of the threshold. New generation only.
    pub intensity: f64,
    /// Metres.
    pub distance: i64,
    /// Kilojoules. New generation only, like the four that follow.
    pub kilojoules: i64,
    /// Watts.
    pub average_power: i64,
    /// Watts.
    pub normalized_power: i64,
    /// Beats a minute.
    pub average_heartrate: i64,
    /// Turns a minute.
    pub average_cadence: i64,
    /// Times that it was changed.
    pub edits: u64,
    /// No longer there.
    pub deleted: bool,
    /// How often each endpoint told of it.
    pub served: Counts,
}

/// A workout in a rider's calendar.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanTruth {
    /// Its id in all generations.
    pub entry: String,
    /// The day, `2026-03-12`.
    pub date: String,
    /// The workout's id.
    pub workout: i64,
    /// The workout's name.
    pub name: String,
    /// Seconds.
    pub seconds: i64,
    /// Training stress.
    pub tss: i64,
    /// Per cent of the threshold.
    pub intensity: i64,
    /// Parts in order, gaps included.
    pub steps: Vec<StepTruth>,
    /// No longer there.
    pub deleted: bool,
    /// How often each endpoint told of it.
    pub served: Counts,
    /// How often each endpoint told of its workout's steps.
    pub steps_served: Counts,
}

/// A part of a workout.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepTruth {
    /// Seconds from the workout's start.
    pub start: i64,
    /// Seconds from the workout's start.
    pub end: i64,
    /// What the rider reads.
    pub name: String,
    /// A gap between intervals, ridden all the same.
    pub fake: bool,
    /// Per cent of the threshold at its start.
    pub from: f64,
    /// Per cent at its end where it is a ramp; before the change of the calendar nobody is told.
    pub to: Option<f64>,
}

/// A day's load.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayTruth {
    /// `2026-03-10`.
    pub date: String,
    /// All of it.
    pub tss: i64,
    /// From TrainerRoad's rides.
    pub ridden: i64,
    /// From elsewhere.
    pub other: i64,
    /// Of what stands in the calendar.
    pub planned: i64,
    /// Whether anything was done.
    pub has_rides: bool,
}

impl RiderTruth {
    pub(crate) fn of(rider: &Rider, workouts: &[Workout], now: i64, served: &dyn Fn(&str) -> Counts) -> RiderTruth {
        RiderTruth {
            username: rider.username.clone(),
            zone: rider.zone.name.to_owned(),
            athlete: rider.athlete,
            member: rider.member,
            weight: rider.weight,
            ftp: rider.ftp,
            activities: rider.activities.iter().map(|activity| StravaActivityTruth::of(activity, served)).collect(),
            rides: rider.rides.iter().map(|ride| RideTruth::of(ride, served)).collect(),
            planned: rider.plan.iter().map(|planned| PlanTruth::of(planned, workouts, served)).collect(),
            days: days(rider, workouts, now)
                .into_iter()
                .map(|day| DayTruth {
                    tss: day.total(),
                    date: day.date,
                    ridden: day.ridden,
                    other: day.other,
                    planned: day.planned,
                    has_rides: day.has_rides,
                })
                .collect(),
        }
    }
}

impl StravaActivityTruth {
    fn of(activity: &Activity, served: &dyn Fn(&str) -> Counts) -> StravaActivityTruth {
        let totals = &activity.totals;
        StravaActivityTruth {
            id: activity.id,
            name: activity.name.clone(),
            sport: activity.sport.name().to_owned(),
            start: activity.start,
            offset: activity.offset,
            elapsed: totals.elapsed,
            moving: totals.moving,
            distance: totals.distance,
            climbed: totals.climbed,
            average_heartrate: totals.average_heartrate,
            max_heartrate: totals.max_heartrate,
            average_watts: totals.average_watts,
            max_watts: totals.max_watts,
            weighted_watts: totals.weighted_watts,
            average_cadence: totals.average_cadence,
            kilojoules: totals.kilojoules,
            calories: totals.calories,
            samples: activity.laps.last().map_or(0, |lap| lap.to as usize + 1),
            laps: activity
                .laps
                .iter()
                .map(|lap| LapTruth {
                    start: activity.start + lap.after * SECOND,
                    elapsed: lap.totals.elapsed,
                    distance: lap.totals.distance,
                })
                .collect(),
            manual: activity.manual,
            private: activity.private,
            edits: activity.edits,
            deleted: activity.deleted,
            served: served(&activity.id.to_string()),
        }
    }
}

impl RideTruth {
    fn of(ride: &Ride, served: &dyn Fn(&str) -> Counts) -> RideTruth {
        let mut counts = served(&ride.entry);
        counts.extend(served(&ride.renumbered.to_string()));
        RideTruth {
            entry: ride.entry.clone(),
            record: ride.record,
            activity: ride.renumbered,
            workout: ride.workout,
            name: ride.name.clone(),
            start: ride.start,
            date: ride.date.clone(),
            seconds: ride.seconds,
            outside: ride.outside,
            tss: ride.tss,
            intensity: ride.intensity,
            distance: ride.distance,
            kilojoules: ride.kilojoules,
            average_power: ride.average_power,
            normalized_power: ride.normalized_power,
            average_heartrate: ride.average_heartrate,
            average_cadence: ride.average_cadence,
            edits: ride.edits,
            deleted: ride.deleted,
            served: counts,
        }
    }
}

impl PlanTruth {
    fn of(planned: &PlannedWorkout, workouts: &[Workout], served: &dyn Fn(&str) -> Counts) -> PlanTruth {
        let workout = workouts.iter().find(|workout| workout.id == planned.workout);
        PlanTruth {
            entry: planned.entry.clone(),
            date: planned.date.clone(),
            workout: planned.workout,
            name: workout.map_or_else(String::new, |workout| workout.name.to_owned()),
            seconds: workout.map_or(0, |workout| workout.minutes * 60),
            tss: workout.map_or(0, |workout| workout.tss),
            intensity: workout.map_or(0, |workout| workout.intensity),
            steps: workout.map_or_else(Vec::new, |workout| {
                let steps = workout.steps.iter();
                steps
                    .map(|step| StepTruth {
                        start: step.start,
                        end: step.end,
                        name: step.name.clone(),
                        fake: step.fake,
                        from: step.from,
                        to: step.to,
                    })
                    .collect()
            }),
            deleted: planned.deleted,
            served: served(&planned.entry),
            steps_served: served(&planned.workout.to_string()),
        }
    }
}
