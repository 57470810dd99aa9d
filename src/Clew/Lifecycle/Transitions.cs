using Clew.Facts;
using Clew.MasterData;
using static Clew.Facts.Vocabulary;
using static Clew.Lifecycle.Conditions;
using static Clew.Lifecycle.Stage;

namespace Clew.Lifecycle;

/// <summary>A named question about the moment, on which a row of a table depends.</summary>
public sealed record Condition(string Name, string En, string Zh, Func<Circumstance, bool> Holds)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>What a condition may look at.</summary>
public readonly record struct Circumstance(Standing Before, Happening What, Product? Product);

/// <summary>The named conditions.</summary>
public static class Conditions
{
    // @formatter:off
#pragma warning disable IDE0055
    public static readonly Condition Always           = new("always",           "always",                                     "总是",                       _ => true);
    public static readonly Condition ToDistributor    = new("toDistributor",    "the receiver is a distributor",              "接收方为经销商",             c => RoleOf(c) is PartyRole.Distributor or PartyRole.Supplier or PartyRole.Carrier or PartyRole.Unknown or PartyRole.Regulator);
    public static readonly Condition ToUser           = new("toUser",           "the receiver is a user facility",            "接收方为使用单位",           c => RoleOf(c) == PartyRole.User);
    public static readonly Condition ToManufacturer   = new("toManufacturer",   "the receiver is the manufacturer",           "接收方为制造商",             c => RoleOf(c) == PartyRole.Manufacturer);
    public static readonly Condition NotToUser        = new("notToUser",        "not at a user facility",                     "不在使用单位",               c => RoleOf(c) != PartyRole.User);
    public static readonly Condition NeverReleased    = new("neverReleased",    "never released before",                      "从未放行",                   c => (c.Before.Marks & Marks.Released) == 0);
    public static readonly Condition ReleasedBefore   = new("releasedBefore",   "released before",                            "曾经放行",                   c => (c.Before.Marks & Marks.Released) != 0);
    public static readonly Condition ForRework        = new("forRework",        "disposition: rework",                        "处置为返工",                 c => c.What.Fact.Outcome == "rework");
    public static readonly Condition PassAndFree      = new("passAndFree",      "result: pass, and not held",                 "结果合格且未冻结",           c => c.What.Fact.Outcome == "pass" && !c.Before.IsHeld);
    public static readonly Condition FailOrHeld       = new("failOrHeld",       "result: fail, or still held",                "结果不合格或仍冻结",         c => c.What.Fact.Outcome != "pass" || c.Before.IsHeld);
    public static readonly Condition Restock          = new("restock",          "decision: restock",                          "决定：重新入库",             c => c.What.Fact.Outcome == "restock");
    public static readonly Condition Refurbish        = new("refurbish",        "decision: refurbish",                        "决定：翻新",                 c => c.What.Fact.Outcome == "refurbish");
    public static readonly Condition Retire           = new("retire",           "decision: retire or destroy",                "决定：退役或销毁",           c => c.What.Fact.Outcome is "retire" or "destroy");
#pragma warning restore IDE0055
    // @formatter:on

    private static PartyRole RoleOf(Circumstance c) => c.What.Receiver?.Role ?? PartyRole.Unknown;
}

/// <summary>One row: from this stage, this deed leads there.</summary>
/// <param name="Id">T… of the lifecycle model, or C… for what the model does not have.</param>
/// <param name="As">As what the unit takes part.</param>
/// <param name="When">Selects among rows of the same stage and deed; such rows exclude each other.</param>
public sealed record Transition(string Id, Stage From, Kind Deed, Role As, Stage To, Condition When);

/// <summary>
/// The lawful moves of a unit's life (TABLE). From it follow admission, the buttons that a page offers, the printed reference
/// <c>docs/reference/lifecycle.md</c>, and tests of the table as a whole.
/// </summary>
public static class Transitions
{
    // @formatter:off
#pragma warning disable IDE0055
    /// <summary>All rows.</summary>
    public static IReadOnlyList<Transition> All { get; } =
    [
        new("T01", None,             SerialAllocated,            Role.Subject, Planned,          Always),
        new("C01", None,             ProductionCompleted,        Role.Subject, PendingRelease,   Always),
        new("C02", Planned,          ProductionCompleted,        Role.Subject, PendingRelease,   Always),
        new("C03", None,             Transformed,                Role.Subject, PendingRelease,   Always),
        new("T02", Planned,          ProductionStarted,          Role.Subject, InProduction,     Always),
        new("T03", Planned,          Vocabulary.Scrapped,        Role.Subject, Stage.Scrapped,   Always),
        new("T04", InProduction,     ProductionCompleted,        Role.Subject, PendingRelease,   Always),
        new("T05", InProduction,     NonconformityDispositioned, Role.Subject, Rework,           ForRework),
        new("T06", InProduction,     Vocabulary.Scrapped,        Role.Subject, Stage.Scrapped,   Always),
        new("T07", Rework,           ReworkCompleted,            Role.Subject, PendingRelease,   Always),
        new("T08", Rework,           Vocabulary.Scrapped,        Role.Subject, Stage.Scrapped,   NeverReleased),
        new("T09", Rework,           Vocabulary.Retired,         Role.Subject, Stage.Retired,    ReleasedBefore),
        new("T10", PendingRelease,   ProductReleased,            Role.Subject, Released,         Always),
        new("T11", PendingRelease,   NonconformityDispositioned, Role.Subject, Rework,           ForRework),
        new("T12", PendingRelease,   Vocabulary.Scrapped,        Role.Subject, Stage.Scrapped,   NeverReleased),
        new("T13", PendingRelease,   Vocabulary.Retired,         Role.Subject, Stage.Retired,    ReleasedBefore),
        new("T14", Released,         Shipped,                    Role.Subject, InTransit,        Always),
        new("T15", Released,         NonconformityRaised,        Role.Subject, PendingRelease,   Always),
        new("T16", Released,         Vocabulary.Retired,         Role.Subject, Stage.Retired,    Always),
        new("T17", Released,         LossReported,               Role.Subject, Missing,          Always),
        new("C04", Released,         ComponentFitted,            Role.Part,    Fitted,           Always),
        new("T18", InTransit,        Received,                   Role.Subject, DistributorStock, ToDistributor),
        new("T19", InTransit,        Received,                   Role.Subject, UserStock,        ToUser),
        new("T20", InTransit,        Received,                   Role.Subject, Released,         ToManufacturer),
        new("T21", InTransit,        ReturnReceived,             Role.Subject, Returned,         Always),
        new("T22", InTransit,        LossReported,               Role.Subject, Missing,          Always),
        new("T23", DistributorStock, Shipped,                    Role.Subject, InTransit,        Always),
        new("T24", DistributorStock, ReturnShipped,              Role.Subject, InTransit,        Always),
        new("T25", DistributorStock, Vocabulary.Retired,         Role.Subject, Stage.Retired,    Always),
        new("T26", DistributorStock, LossReported,               Role.Subject, Missing,          Always),
        new("C05", DistributorStock, ComponentFitted,            Role.Part,    Fitted,           Always),
        new("T27", UserStock,        Vocabulary.Installed,       Role.Subject, Stage.Installed,  Always),
        new("T28", UserStock,        PlacedInService,            Role.Subject, InService,        Always),
        new("T29", UserStock,        Vocabulary.Implanted,       Role.Subject, Stage.Implanted,  Always),
        new("T30", UserStock,        SingleUseConsumed,          Role.Subject, Consumed,         Always),
        new("T31", UserStock,        TransferShipped,            Role.Subject, InTransit,        Always),
        new("T32", UserStock,        ReturnShipped,              Role.Subject, InTransit,        Always),
        new("T33", UserStock,        Vocabulary.Retired,         Role.Subject, Stage.Retired,    Always),
        new("T34", UserStock,        LossReported,               Role.Subject, Missing,          Always),
        new("C06", UserStock,        ComponentFitted,            Role.Part,    Fitted,           Always),
        new("T35", Stage.Installed,  AcceptancePassed,           Role.Subject, InService,        Always),
        new("T36", Stage.Installed,  AcceptanceFailed,           Role.Subject, OutOfService,     Always),
        new("T37", InService,        ServiceStarted,             Role.Subject, UnderService,     Always),
        new("T38", InService,        UseSuspended,               Role.Subject, OutOfService,     Always),
        new("T39", InService,        TransferShipped,            Role.Subject, InTransit,        Always),
        new("T40", InService,        ReturnShipped,              Role.Subject, InTransit,        Always),
        new("T41", InService,        Vocabulary.Retired,         Role.Subject, Stage.Retired,    Always),
        new("T42", InService,        LossReported,               Role.Subject, Missing,          Always),
        new("T43", UnderService,     ServiceCompleted,           Role.Subject, InService,        PassAndFree),
        new("T44", UnderService,     ServiceCompleted,           Role.Subject, OutOfService,     FailOrHeld),
        new("T45", UnderService,     Vocabulary.Retired,         Role.Subject, Stage.Retired,    Always),
        new("T46", OutOfService,     ServiceStarted,             Role.Subject, UnderService,     Always),
        new("T47", OutOfService,     ReturnedToService,          Role.Subject, InService,        Always),
        new("T48", OutOfService,     ReturnShipped,              Role.Subject, InTransit,        Always),
        new("T49", OutOfService,     Vocabulary.Retired,         Role.Subject, Stage.Retired,    Always),
        new("T50", OutOfService,     LossReported,               Role.Subject, Missing,          Always),
        new("C07", OutOfService,     ComponentFitted,            Role.Part,    Fitted,           Always),
        new("T51", Stage.Implanted,  Vocabulary.Explanted,       Role.Subject, Stage.Explanted,  Always),
        new("T52", Stage.Implanted,  PatientDeathRecorded,       Role.Subject, TrackingClosed,   Always),
        new("T53", Stage.Explanted,  ReturnShipped,              Role.Subject, InTransit,        Always),
        new("T54", Stage.Explanted,  Vocabulary.Destroyed,       Role.Subject, Stage.Destroyed,  Always),
        new("T55", Returned,         ReturnInspected,            Role.Subject, Released,         Restock),
        new("T56", Returned,         ReturnInspected,            Role.Subject, Rework,           Refurbish),
        new("T57", Returned,         ReturnInspected,            Role.Subject, Stage.Retired,    Retire),
        new("T58", Stage.Retired,    Vocabulary.Destroyed,       Role.Subject, Stage.Destroyed,  Always),
        new("T59", Stage.Retired,    ReturnShipped,              Role.Subject, InTransit,        Always),
        new("T60", Missing,          FoundRecovered,             Role.Subject, Returned,         NotToUser),
        new("T61", Missing,          FoundRecovered,             Role.Subject, OutOfService,     ToUser),
        new("C08", Fitted,           ComponentRemoved,           Role.Part,    OutOfService,     Always),
    ];

    /// <summary>Deeds that leave the stage as it is, and from where they are lawful.</summary>
    public static IReadOnlyList<(Stage[] Stages, Kind[] Deeds)> Preserving { get; } =
    [
        ([InProduction, Rework],                      [ComponentFitted, ComponentRemoved, ProcessStepCompleted, SterilisationCompleted, SoftwareLoaded, Inspected, LabelVerified, Packed, Unpacked, NonconformityRaised, NonconformityDispositioned, Calibrated, Moved]),
        ([PendingRelease],                            [Inspected, LabelVerified, Packed, Unpacked, UdiDataSubmitted, NonconformityRaised, NonconformityDispositioned, Moved, SterilisationCompleted, SoftwareLoaded, Calibrated]),
        ([Released],                                  [Moved, UdiDataSubmitted, EnvironmentExcursion, Relabelled, SaleRecorded, Packed, Unpacked, Inspected, Calibrated]),
        ([InTransit],                                 [EnvironmentExcursion, Transported, SaleRecorded]),
        ([DistributorStock],                          [Moved, EnvironmentExcursion, Relabelled, SaleRecorded, Packed, Unpacked, Inspected]),
        ([UserStock],                                 [Moved, EnvironmentExcursion, Unpacked, Packed, Inspected]),
        ([Stage.Installed],                           [Moved, Inspected, Calibrated, SoftwareUpdated, ComponentFitted, ComponentRemoved]),
        ([InService],                                 [Moved, UseRecorded, Reprocessed, Calibrated, SoftwareUpdated, Inspected]),
        ([UnderService],                              [Moved, Calibrated, SoftwareUpdated, Inspected, ComponentFitted, ComponentRemoved]),
        ([OutOfService],                              [Moved, Inspected, Calibrated, SoftwareUpdated, ComponentFitted, ComponentRemoved]),
        ([Stage.Implanted],                           [ImplantCardIssued, PatientContactUpdated, SoftwareUpdated]),
        ([Returned],                                  [Moved, Inspected, Unpacked, NonconformityRaised, NonconformityDispositioned]),
        ([Stage.Retired],                             [Moved]),
        ([Fitted],                                    [Inspected, Calibrated, SoftwareUpdated, ComponentFitted, ComponentRemoved]),
        ([InProduction, Rework, PendingRelease, Released, Stage.Installed, InService, UnderService, OutOfService, Returned], [CertificateBound]),
    ];

    /// <summary>Records that may be made of a unit at any time, its end included.</summary>
    public static IReadOnlyList<Kind> Anytime { get; } =
    [
        ComplaintReceived, AdverseEventRecorded, AdverseEventReported, InvestigationCompleted,
        ContainmentHoldPlaced, HoldReleased, RecallOpened, RecallScopeFrozen, RecallLockPlaced, RecallLockReleased, RecallNoticeSent, RecallNoticeAcknowledged,
        RecallUnitAccounted, FieldCorrectionPerformed, PatientNotified, EffectivenessChecked,
        Corrected, EvidenceAttached, TrackingAuditPerformed, RecordExported, TrackingDataMissing, Observed, LedgerKeyDeclared, PersonalDataErased, AccessChanged, SignedIn, SignInFailed, Signed,
        ProductDescribed, PartyDescribed, PlaceDescribed, VocabularyDescribed, EvidenceRequired,
    ];
#pragma warning restore IDE0055
    // @formatter:on

    private static readonly ILookup<(Kind, Role), Transition> ByDeed = All.ToLookup(t => (t.Deed, t.As));
    private static readonly HashSet<(Stage, Kind)> Preserved = [.. Preserving.SelectMany(p => p.Stages.SelectMany(s => p.Deeds.Select(d => (s, d))))];
    private static readonly HashSet<Kind> AtAnyTime = [.. Anytime];

    // Numbers are small, so a table beats hashing on the hot path: [kind number][part or not].
    private static readonly Transition[][][] Rows = Table();

    /// <summary>The rows for a deed, whatever the stage.</summary>
    public static ReadOnlySpan<Transition> For(Kind deed, Role role) => Rows[deed.Number][role == Role.Part ? 1 : 0];

    /// <summary>Whether the deed is lawful in this stage and leaves it as it is.</summary>
    public static bool Preserves(Stage stage, Kind deed) => AtAnyTime.Contains(deed) || Preserved.Contains((stage, deed));

    private static Transition[][][] Table()
    {
        var rows = new Transition[Vocabulary.All.Max(k => k.Number) + 1][][];
        foreach (var kind in Vocabulary.All)
        {
            rows[kind.Number] = [[.. ByDeed[(kind, Role.Subject)]], [.. ByDeed[(kind, Role.Part)]]];
        }

        return rows;
    }
}
