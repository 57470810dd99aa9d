using Clew.Facts;
using static Clew.Facts.Vocabulary;

namespace Clew.Lifecycle;

/// <summary>What holds do (TABLE). A hold is a second dimension: it says what may be done, not where in its life a unit is.</summary>
public static class Holds
{
    /// <summary>One row: from this hold, this deed leads there.</summary>
    /// <param name="Stage">Only in this stage; nothing means in any other than those that have a row of their own.</param>
    public sealed record Row(Hold From, Kind Deed, Hold To, Stage? Stage);

    // @formatter:off
#pragma warning disable IDE0055
    /// <summary>
    /// The moves of the lifecycle model. The hold itself is derived from the orders in force (<see cref="Standing.Hold"/>);
    /// a test compares the derivation with these rows.
    /// </summary>
    public static IReadOnlyList<Row> Moves { get; } =
    [
        new(Hold.None,             ContainmentHoldPlaced, Hold.Containment,      null),
        new(Hold.Cleared,          ContainmentHoldPlaced, Hold.Containment,      null),
        new(Hold.Containment,      HoldReleased,          Hold.None,             null),
        new(Hold.None,             RecallLockPlaced,      Hold.RecallLock,       null),
        new(Hold.Cleared,          RecallLockPlaced,      Hold.RecallLock,       null),
        new(Hold.Containment,      RecallLockPlaced,      Hold.RecallLock,       null),
        new(Hold.None,             RecallLockPlaced,      Hold.FlaggedInPatient, Stage.Implanted),
        new(Hold.Containment,      RecallLockPlaced,      Hold.FlaggedInPatient, Stage.Implanted),
        new(Hold.FlaggedInPatient, Explanted,             Hold.RecallLock,       Stage.Implanted),
        new(Hold.RecallLock,       RecallLockReleased,    Hold.Cleared,          null),
        new(Hold.FlaggedInPatient, RecallLockReleased,    Hold.Cleared,          Stage.Implanted),
    ];
#pragma warning restore IDE0055
    // @formatter:on

    /// <summary>
    /// Blocked under a containment hold or a recall lock, and for expired units. Always allowed: returns, moves to quarantine,
    /// service, suspension, retirement, destruction, notices, accounting.
    /// </summary>
    public static IReadOnlyList<Kind> Blocked { get; } =
    [
        ProductReleased, Shipped, SaleRecorded, TransferShipped, Installed, AcceptancePassed, PlacedInService,
        UseRecorded, SingleUseConsumed, Implanted, ReturnedToService,
    ];

    private static readonly HashSet<Kind> BlockedSet = [.. Blocked];

    /// <summary>Whether a hold stops this. A held part may not be fitted either; removing it may be the very correction.</summary>
    public static bool Stops(Kind deed, Role role) => BlockedSet.Contains(deed) || (deed == ComponentFitted && role == Role.Part);
}
