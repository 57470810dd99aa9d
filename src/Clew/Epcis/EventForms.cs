using Clew.Facts;
using static Clew.Facts.Vocabulary;

namespace Clew.Epcis;

/// <summary>One row of <see cref="EventForms"/>: how a kind of fact looks as an event. A dash means any when read, and nothing when written.</summary>
/// <param name="BizStep">CBV 2.0 word, or a URI of ours.</param>
/// <param name="Disposition">CBV 2.0 word, or a URI of ours.</param>
/// <param name="Outcome">The fact's outcome, where the form tells it.</param>
public sealed record EventForm(string Type, string Action, string BizStep, string Disposition, Kind Kind, string? Outcome = null)
{
    /// <summary>The persistent disposition that it sets.</summary>
    public string? Sets { get; init; }

    /// <summary>The persistent disposition that it ends.</summary>
    public string? Ends { get; init; }
}

/// <summary>
/// Facts and events, both ways (TABLE event type, action, business step, disposition ↔ kind, outcome). An event is the fact of the first
/// row that fits; what no row knows is carried whole as an observation, shown on the timeline, and folded by nobody. A fact is written
/// by the first row of its kind and outcome; where that row would be read as another kind, the event says its own besides (<c>clew:kind</c>).
/// </summary>
/// <remarks>
/// Where the CBV has a word that says what happened, the CBV's word is used, so that partners who know nothing of us understand. Where it
/// has none (calibration, a recall), a URI of ours names it: a wrong word of the CBV would be believed.
/// </remarks>
public static class EventForms
{
    /// <summary>Before business steps of our own.</summary>
    public const string Step = "urn:clew:bizstep:";

    /// <summary>Before dispositions of our own.</summary>
    public const string Disp = "urn:clew:disp:";

    /// <summary>The row's type of what has no event: EPCIS tells it in the header of a document.</summary>
    public const string MasterData = "VocabularyElement";

    /// <summary>The row's type of what is another event once more, with a declaration that it does not stand.</summary>
    public const string Declaration = "errorDeclaration";

    /// <summary>Stands for no event at all: who came in is nobody's business but this house's.</summary>
    public const string None = "none";

    // @formatter:off
#pragma warning disable IDE0055
    /// <summary>All rows.</summary>
    public static IReadOnlyList<EventForm> All { get; } =
    [
        new("ObjectEvent",         "ADD",     "commissioning",                     "inactive",               SerialAllocated),
        new("ObjectEvent",         "ADD",     "commissioning",                     "encoded",                SerialAllocated),
        new("ObjectEvent",         "OBSERVE", Step + "starting_production",        "in_progress",            ProductionStarted),
        new("ObjectEvent",         "OBSERVE", Step + "processing",                 "in_progress",            ProcessStepCompleted),
        new("ObjectEvent",         "OBSERVE", Step + "sterilising",                "-",                      SterilisationCompleted),
        new("ObjectEvent",         "OBSERVE", Step + "loading_software",           "-",                      SoftwareLoaded),
        new("ObjectEvent",         "OBSERVE", Step + "verifying_label",            "conformant",             LabelVerified),
        new("ObjectEvent",         "ADD",     "commissioning",                     "active",                 ProductionCompleted),
        new("ObjectEvent",         "ADD",     "commissioning",                     "-",                      ProductionCompleted),
        new("ObjectEvent",         "ADD",     "creating_class_instance",           "-",                      ProductionCompleted),

        new("AssociationEvent",    "DELETE",  "removing",                          "-",                      ComponentRemoved),
        new("AssociationEvent",    "DELETE",  "-",                                 "-",                      ComponentRemoved),
        new("AggregationEvent",    "DELETE",  "disassembling",                     "-",                      ComponentRemoved),
        new("AggregationEvent",    "DELETE",  "removing",                          "-",                      ComponentRemoved),
        new("TransformationEvent", "-",       "creating_class_instance",           "active",                 Transformed),
        new("TransformationEvent", "-",       "-",                                 "-",                      Transformed),
        new("AssociationEvent",    "ADD",     "assembling",                        "-",                      ComponentFitted),
        new("AssociationEvent",    "ADD",     "-",                                 "-",                      ComponentFitted),
        new("AggregationEvent",    "ADD",     "assembling",                        "-",                      ComponentFitted),
        new("AggregationEvent",    "ADD",     "installing",                        "-",                      ComponentFitted),

        new("ObjectEvent",         "OBSERVE", "inspecting",                        "conformant",             Inspected,                  "pass"),
        new("ObjectEvent",         "OBSERVE", "inspecting",                        "non_conformant",         Inspected,                  "fail"),
        new("ObjectEvent",         "OBSERVE", "inspecting",                        "damaged",                Inspected,                  "fail"),
        new("ObjectEvent",         "OBSERVE", Step + "raising_nonconformity",      "non_conformant",         NonconformityRaised),
        new("ObjectEvent",         "OBSERVE", Step + "settling_nonconformity",     Disp + "rework",          NonconformityDispositioned, "rework"),
        new("ObjectEvent",         "OBSERVE", Step + "settling_nonconformity",     Disp + "concession",      NonconformityDispositioned, "concession"),
        new("ObjectEvent",         "OBSERVE", Step + "settling_nonconformity",     Disp + "scrap",           NonconformityDispositioned, "scrap"),
        new("ObjectEvent",         "OBSERVE", Step + "settling_nonconformity",     Disp + "return",          NonconformityDispositioned, "return"),
        new("ObjectEvent",         "OBSERVE", Step + "completing_rework",          "-",                      ReworkCompleted),
        new("ObjectEvent",         "OBSERVE", Step + "binding_certificate",        "conformant",             CertificateBound),
        new("ObjectEvent",         "OBSERVE", "inspecting",                        "sellable_accessible",    ProductReleased),
        new("ObjectEvent",         "OBSERVE", Step + "submitting_udi_data",        "-",                      UdiDataSubmitted),

        new("AggregationEvent",    "DELETE",  "unpacking",                         "-",                      Unpacked),
        new("AggregationEvent",    "DELETE",  "-",                                 "-",                      Unpacked),
        new("AggregationEvent",    "ADD",     "packing",                           "-",                      Packed),
        new("AggregationEvent",    "ADD",     "-",                                 "-",                      Packed),
        new("ObjectEvent",         "OBSERVE", Step + "relabelling",                "-",                      Relabelled),

        new("ObjectEvent",         "OBSERVE", "retail_selling",                    "retail_sold",            SaleRecorded),
        new("ObjectEvent",         "OBSERVE", "retail_selling",                    "-",                      SaleRecorded),
        new("ObjectEvent",         "OBSERVE", "shipping",                          "returned",               ReturnShipped),
        new("ObjectEvent",         "OBSERVE", "shipping",                          "in_transit",             Shipped),
        new("ObjectEvent",         "OBSERVE", "shipping",                          "in_transit",             TransferShipped),
        new("ObjectEvent",         "OBSERVE", "shipping",                          "-",                      Shipped),
        new("ObjectEvent",         "OBSERVE", "transporting",                      "in_transit",             Transported),
        new("ObjectEvent",         "OBSERVE", "transporting",                      "-",                      Transported),
        new("ObjectEvent",         "OBSERVE", "departing",                         "-",                      Transported),
        new("ObjectEvent",         "OBSERVE", "arriving",                          "-",                      Transported),
        new("ObjectEvent",         "OBSERVE", "sensor_reporting",                  Disp + "out_of_limits",   EnvironmentExcursion),
        new("ObjectEvent",         "OBSERVE", "receiving",                         "returned",               ReturnReceived),
        new("ObjectEvent",         "OBSERVE", "receiving",                         "-",                      Received),
        new("ObjectEvent",         "OBSERVE", Step + "inspecting_return",          Disp + "restock",         ReturnInspected,            "restock"),
        new("ObjectEvent",         "OBSERVE", Step + "inspecting_return",          Disp + "refurbish",       ReturnInspected,            "refurbish"),
        new("ObjectEvent",         "OBSERVE", Step + "inspecting_return",          Disp + "retire",          ReturnInspected,            "retire"),
        new("ObjectEvent",         "OBSERVE", Step + "inspecting_return",          Disp + "destroy",         ReturnInspected,            "destroy"),
        new("ObjectEvent",         "OBSERVE", "storing",                           "-",                      Moved),
        new("ObjectEvent",         "OBSERVE", "stocking",                          "-",                      Moved),

        new("ObjectEvent",         "OBSERVE", "installing",                        "-",                      Installed),
        new("ObjectEvent",         "OBSERVE", Step + "acceptance_testing",         "conformant",             AcceptancePassed),
        new("ObjectEvent",         "OBSERVE", Step + "acceptance_testing",         "non_conformant",         AcceptanceFailed),
        new("ObjectEvent",         "OBSERVE", Step + "placing_in_service",         "available",              PlacedInService),
        new("ObjectEvent",         "OBSERVE", Step + "using",                      "-",                      UseRecorded),
        new("ObjectEvent",         "OBSERVE", Step + "reprocessing",               "-",                      Reprocessed),
        new("ObjectEvent",         "OBSERVE", "dispensing",                        "dispensed",              SingleUseConsumed),
        new("ObjectEvent",         "OBSERVE", Step + "implanting",                 "dispensed",              Implanted),
        new("ObjectEvent",         "OBSERVE", Step + "issuing_implant_card",       "-",                      ImplantCardIssued),
        new("ObjectEvent",         "OBSERVE", Step + "updating_patient_contact",   "-",                      PatientContactUpdated),
        new("ObjectEvent",         "OBSERVE", Step + "explanting",                 "-",                      Explanted),
        new("ObjectEvent",         "OBSERVE", Step + "recording_patient_death",    "-",                      PatientDeathRecorded),

        new("ObjectEvent",         "OBSERVE", "repairing",                         "available",              ServiceCompleted,           "pass"),
        new("ObjectEvent",         "OBSERVE", "repairing",                         "conformant",             ServiceCompleted,           "pass"),
        new("ObjectEvent",         "OBSERVE", "repairing",                         "non_conformant",         ServiceCompleted,           "fail"),
        new("ObjectEvent",         "OBSERVE", "repairing",                         "unavailable",            ServiceStarted),
        new("ObjectEvent",         "OBSERVE", "repairing",                         "-",                      ServiceStarted),
        new("ObjectEvent",         "OBSERVE", Step + "updating_software",          "-",                      SoftwareUpdated),
        new("ObjectEvent",         "OBSERVE", Step + "suspending_use",             "unavailable",            UseSuspended),
        new("ObjectEvent",         "OBSERVE", Step + "returning_to_service",       "available",              ReturnedToService),
        new("ObjectEvent",         "OBSERVE", Step + "calibrating",                "conformant",             Calibrated,                 "pass"),
        new("ObjectEvent",         "OBSERVE", Step + "calibrating",                "non_conformant",         Calibrated,                 "fail"),

        new("ObjectEvent",         "OBSERVE", Step + "reporting_loss",             "unknown",                LossReported),
        new("ObjectEvent",         "OBSERVE", Step + "recovering",                 "-",                      FoundRecovered),
        new("ObjectEvent",         "DELETE",  "decommissioning",                   "inactive",               Retired),
        new("ObjectEvent",         "-",       "decommissioning",                   "-",                      Retired),
        new("ObjectEvent",         "DELETE",  "destroying",                        "disposed",               Scrapped),
        new("ObjectEvent",         "DELETE",  "destroying",                        "destroyed",              Destroyed),
        new("ObjectEvent",         "-",       "destroying",                        "-",                      Scrapped),

        new("ObjectEvent",         "OBSERVE", Step + "receiving_complaint",        "-",                      ComplaintReceived),
        new("ObjectEvent",         "OBSERVE", Step + "recording_adverse_event",    "-",                      AdverseEventRecorded),
        new("ObjectEvent",         "OBSERVE", Step + "reporting_adverse_event",    "-",                      AdverseEventReported),
        new("ObjectEvent",         "OBSERVE", Step + "completing_investigation",   "-",                      InvestigationCompleted),

        new("ObjectEvent",         "OBSERVE", Step + "opening_recall",             "-",                      RecallOpened),
        new("ObjectEvent",         "OBSERVE", Step + "freezing_recall_scope",      "-",                      RecallScopeFrozen),
        new("ObjectEvent",         "OBSERVE", "holding",                           Disp + "contained",       ContainmentHoldPlaced),
        new("ObjectEvent",         "OBSERVE", Step + "releasing_hold",             "-",                      HoldReleased),
        new("ObjectEvent",         "OBSERVE", "holding",                           "recalled",               RecallLockPlaced)           { Sets = "recalled" },
        new("ObjectEvent",         "OBSERVE", Step + "releasing_recall",           "-",                      RecallLockReleased)         { Ends = "recalled" },
        new("ObjectEvent",         "OBSERVE", Step + "notifying_recall",           "-",                      RecallNoticeSent),
        new("ObjectEvent",         "OBSERVE", Step + "acknowledging_recall",       "-",                      RecallNoticeAcknowledged),
        new("ObjectEvent",         "OBSERVE", Step + "accounting_for_recalled",    "-",                      RecallUnitAccounted),
        new("ObjectEvent",         "OBSERVE", Step + "correcting_in_field",        "-",                      FieldCorrectionPerformed),
        new("ObjectEvent",         "OBSERVE", Step + "notifying_patient",          "-",                      PatientNotified),
        new("ObjectEvent",         "OBSERVE", Step + "checking_effectiveness",     "-",                      EffectivenessChecked),

        new("ObjectEvent",         "OBSERVE", Step + "attaching_evidence",         "-",                      EvidenceAttached),
        new("ObjectEvent",         "OBSERVE", Step + "auditing_tracking",          "-",                      TrackingAuditPerformed),
        new("ObjectEvent",         "OBSERVE", Step + "exporting_record",           "-",                      RecordExported),
        new("ObjectEvent",         "OBSERVE", Step + "erasing_personal_data",      "-",                      PersonalDataErased),
        new("ObjectEvent",         "OBSERVE", Step + "requiring_evidence",         "-",                      EvidenceRequired),
        new("ObjectEvent",         "OBSERVE", Step + "reporting_missing_data",     "-",                      TrackingDataMissing),
        new("ObjectEvent",         "OBSERVE", "-",                                 "-",                      Observed),
        new(Declaration,           "-",       "-",                                 "-",                      Corrected),
        new(MasterData,            "-",       "-",                                 "-",                      ProductDescribed),
        new(MasterData,            "-",       "-",                                 "-",                      PartyDescribed),
        new(MasterData,            "-",       "-",                                 "-",                      PlaceDescribed),
        new(MasterData,            "-",       "-",                                 "-",                      VocabularyDescribed),
        new(None,                  "-",       "-",                                 "-",                      AccessChanged),
        new(None,                  "-",       "-",                                 "-",                      SignedIn),
        new(None,                  "-",       "-",                                 "-",                      SignInFailed),
        new(None,                  "-",       "-",                                 "-",                      Signed),
    ];
#pragma warning restore IDE0055
    // @formatter:on

    private static readonly ILookup<string, EventForm> ByType = All.ToLookup(f => f.Type, StringComparer.Ordinal);
    private static readonly ILookup<Kind, EventForm> ByKind = All.ToLookup(f => f.Kind);

    /// <summary>What an event is: the first row that fits, or nothing.</summary>
    public static EventForm? Find(string type, string? action, string? bizStep, string? disposition)
    {
        foreach (var row in ByType[type])
        {
            if (Fits(row.Action, action) && Fits(row.BizStep, bizStep) && Fits(row.Disposition, disposition))
            {
                return row;
            }
        }

        return null;
    }

    /// <summary>How a fact is written: the first row of its kind and outcome, or else of its kind; of a kind without a row, under a step of ours that is called as the kind is.</summary>
    public static EventForm Of(Kind kind, string? outcome) => ByKind[kind].FirstOrDefault(f => f.Outcome == outcome) ?? ByKind[kind].FirstOrDefault() ?? new EventForm("ObjectEvent", "OBSERVE", Step + kind.Word, "-", kind);

    private static bool Fits(string row, string? met) => row == "-" || row == met;
}
