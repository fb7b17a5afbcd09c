//! Answers as WHOOP writes them, as far as they are read. A score is there once it was reckoned, and not before.

use gearshift_sdk::{Each, flex, json};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A page of a collection, newest first.
#[derive(Debug, Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
pub(crate) struct Collection<T> {
    pub(crate) records: Each<T>,
    /// Absent, null or empty on the last page.
    #[serde(default, deserialize_with = "flex::opt_text")]
    pub(crate) next_token: Option<String>,
}

/// How far WHOOP is with a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum ScoreState {
    Scored,
    PendingScore,
    Unscorable,
}

/// What a pull needs of an item to go on. A recovery has no start, but a moment at which it was made.
#[derive(Debug, Deserialize)]
pub(crate) struct Listed {
    pub(crate) start: Option<String>,
    pub(crate) created_at: Option<String>,
    pub(crate) score_state: ScoreState,
    #[serde(default, deserialize_with = "flex::opt_text")]
    pub(crate) cycle_id: Option<String>,
}

/// The cycle that something belongs to, of which no more is needed.
#[derive(Debug, Deserialize)]
pub(crate) struct OfCycle {
    #[serde(deserialize_with = "flex::text")]
    pub(crate) cycle_id: String,
}

/// `GET /v2/user/profile/basic`, and of anything else that names its user as much as says whose it is.
#[derive(Debug, Deserialize)]
pub(crate) struct Profile {
    #[serde(deserialize_with = "flex::text")]
    pub(crate) user_id: String,
    pub(crate) email: Option<String>,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
}

/// `GET /v2/user/measurement/body`.
#[derive(Debug, Deserialize)]
pub(crate) struct Body {
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) height_meter: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) weight_kilogram: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) max_heart_rate: Option<f64>,
}

/// A cycle. The one that the person is in has no end.
#[derive(Debug, Deserialize)]
pub(crate) struct Cycle {
    #[serde(deserialize_with = "flex::text")]
    pub(crate) id: String,
    pub(crate) updated_at: Option<String>,
    pub(crate) start: String,
    pub(crate) end: Option<String>,
    pub(crate) timezone_offset: String,
    pub(crate) score_state: ScoreState,
    pub(crate) score: Option<CycleScore>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct CycleScore {
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) strain: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) kilojoule: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) average_heart_rate: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) max_heart_rate: Option<f64>,
}

/// A recovery: no id and no time of its own.
#[derive(Debug, Deserialize)]
pub(crate) struct Recovery {
    #[serde(deserialize_with = "flex::text")]
    pub(crate) cycle_id: String,
    pub(crate) updated_at: Option<String>,
    pub(crate) score_state: ScoreState,
    pub(crate) score: Option<RecoveryScore>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct RecoveryScore {
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) recovery_score: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) resting_heart_rate: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) hrv_rmssd_milli: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) spo2_percentage: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) skin_temp_celsius: Option<f64>,
}

/// A night or a nap.
#[derive(Debug, Deserialize)]
pub(crate) struct Sleep {
    #[serde(deserialize_with = "flex::text")]
    pub(crate) id: String,
    pub(crate) updated_at: Option<String>,
    pub(crate) start: String,
    pub(crate) end: String,
    pub(crate) timezone_offset: Option<String>,
    pub(crate) nap: Option<bool>,
    pub(crate) score_state: ScoreState,
    pub(crate) score: Option<SleepScore>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct SleepScore {
    pub(crate) stage_summary: Option<Stages>,
    pub(crate) sleep_needed: Option<Need>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) respiratory_rate: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) sleep_performance_percentage: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) sleep_consistency_percentage: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) sleep_efficiency_percentage: Option<f64>,
}

/// How long each stage lasted in all, in milliseconds.
#[derive(Debug, Deserialize)]
pub(crate) struct Stages {
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) total_in_bed_time_milli: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) total_awake_time_milli: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) total_no_data_time_milli: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) total_light_sleep_time_milli: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) total_slow_wave_sleep_time_milli: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) total_rem_sleep_time_milli: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) sleep_cycle_count: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) disturbance_count: Option<f64>,
}

/// How long the person should have slept: parts that add up, in milliseconds. A nap takes away.
#[derive(Debug, Deserialize)]
pub(crate) struct Need {
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) baseline_milli: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) need_from_sleep_debt_milli: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) need_from_recent_strain_milli: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) need_from_recent_nap_milli: Option<f64>,
}

/// A workout.
#[derive(Debug, Deserialize)]
pub(crate) struct Workout {
    #[serde(deserialize_with = "flex::text")]
    pub(crate) id: String,
    pub(crate) updated_at: Option<String>,
    pub(crate) start: String,
    pub(crate) end: String,
    pub(crate) timezone_offset: Option<String>,
    pub(crate) sport_name: Option<String>,
    pub(crate) score_state: ScoreState,
    pub(crate) score: Option<WorkoutScore>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct WorkoutScore {
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) strain: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) average_heart_rate: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) max_heart_rate: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) kilojoule: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) distance_meter: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) altitude_gain_meter: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) altitude_change_meter: Option<f64>,
    pub(crate) zone_durations: Option<Zones>,
}

/// Time in each zone of heart rate, in milliseconds.
#[derive(Debug, Deserialize)]
pub(crate) struct Zones {
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) zone_zero_milli: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) zone_one_milli: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) zone_two_milli: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) zone_three_milli: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) zone_four_milli: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) zone_five_milli: Option<f64>,
}

/// What an error says, where it says anything: WHOOP does not document the form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Fault {
    message: String,
    error_description: String,
}

impl Fault {
    /// An error's words, if it has any.
    pub(crate) fn of(body: &[u8]) -> Option<String> {
        let fault = json::read::<Fault>(body).ok()?;
        [fault.message, fault.error_description].into_iter().find(|text| !text.is_empty())
    }
}
