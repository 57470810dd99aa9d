using System.Runtime.InteropServices;
using Clew.Facts;
using Clew.Ledger;
using Clew.MasterData;

namespace Clew.Lifecycle;

/// <summary>Things about a unit that stay true once they are.</summary>
[Flags]
public enum Marks : byte
{
    /// <summary>Nothing yet.</summary>
    None = 0,

    /// <summary>Its one certificate is bound (ID-3).</summary>
    Certified = 1,

    /// <summary>It was released at least once: from then on it is retired and destroyed, no longer scrapped.</summary>
    Released = 2,

    /// <summary>A recall lock on it was released.</summary>
    Cleared = 4,

    /// <summary>Its making was reported as completed.</summary>
    Made = 8,

    /// <summary>Something was packed in it once: what happens to it may happen to contents.</summary>
    Container = 16,
}

/// <summary>How things stand with one item at one point of its life.</summary>
/// <param name="Place">Where it is; in transit, where it is bound for.</param>
/// <param name="Holder">Who has it; in transit, the consignee.</param>
/// <param name="Holds">The orders that hold it, by number.</param>
/// <param name="Expires">Last day of use.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Standing(Stage Stage, Place? Place, Party? Holder, HoldOrders Holds, Marks Marks, DateOnly? Expires)
{
    /// <summary>Before the first fact.</summary>
    public static readonly Standing Unknown;

    /// <summary>The hold that follows from the orders: a lock weighs more than a containment, and only flags what is in a patient.</summary>
    public Hold Hold =>
        Holds.AnyLock ? Stage == Stage.Implanted ? Hold.FlaggedInPatient : Hold.RecallLock
        : !Holds.IsEmpty ? Hold.Containment
        : (Marks & Marks.Cleared) != 0 ? Hold.Cleared
        : Hold.None;

    /// <summary>Whether deeds are blocked.</summary>
    public bool IsHeld => Hold is Hold.Containment or Hold.RecallLock;
}

/// <summary>A hold or recall lock that was placed: a predicate, so that what turns up later is caught as well.</summary>
/// <param name="Number">In our tables.</param>
/// <param name="Case">Number of the hold or recall, as people write it.</param>
/// <param name="IsLock">A recall lock; otherwise a containment.</param>
/// <param name="Criterion">What it catches besides the items that it names.</param>
/// <param name="Placed">From when in the world.</param>
/// <param name="Position">The entry that placed it.</param>
public sealed record HoldOrder(int Number, string Case, bool IsLock, Criterion? Criterion, Sequence Placed, long Position);

/// <summary>The orders that hold one item: nearly always none, sometimes one, rarely two.</summary>
public readonly struct HoldOrders : IEquatable<HoldOrders>
{
    private readonly HoldOrder[]? orders;

    /// <summary>These orders.</summary>
    public HoldOrders(params HoldOrder[] orders) => this.orders = orders.Length == 0 ? null : orders;

    /// <summary>Free.</summary>
    public bool IsEmpty => orders is null;

    /// <summary>Whether a recall lock is among them.</summary>
    public bool AnyLock => orders is not null && Array.Exists(orders, o => o.IsLock);

    /// <summary>By number.</summary>
    public ReadOnlySpan<HoldOrder> All => orders;

    /// <summary>Whether this order is among them.</summary>
    public bool Contains(HoldOrder order) => orders is not null && Array.Exists(orders, o => o.Number == order.Number);

    /// <summary>With this order as well.</summary>
    public HoldOrders With(HoldOrder order) => Contains(order) ? this : new HoldOrders([.. (orders ?? []).Append(order).OrderBy(o => o.Number)]);

    /// <summary>Without the locks, or the containments, of this case.</summary>
    public HoldOrders WithoutCase(string number, bool isLock) =>
        orders is not null && Array.Exists(orders, o => o.Case == number && o.IsLock == isLock)
            ? new HoldOrders([.. orders.Where(o => o.Case != number || o.IsLock != isLock)])
            : this;

    /// <summary>The numbers, as a column holds them; nothing when free.</summary>
    public int[]? Numbers() => orders is null ? null : Array.ConvertAll(orders, o => o.Number);

    /// <inheritdoc/>
    public bool Equals(HoldOrders other) =>
        ReferenceEquals(orders, other.orders) || (orders is not null && other.orders is not null && orders.AsSpan().SequenceEqual(other.orders));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is HoldOrders other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => orders is null ? 0 : orders[0].Number;

    /// <summary>Same orders.</summary>
    public static bool operator ==(HoldOrders left, HoldOrders right) => left.Equals(right);

    /// <summary>Other orders.</summary>
    public static bool operator !=(HoldOrders left, HoldOrders right) => !left.Equals(right);
}
