using Clew.Identification;
using Clew.Ledger;
using Clew.Lifecycle;

namespace Clew.Genealogy;

/// <summary>In which way one item is in another.</summary>
public enum Nature : byte
{
    /// <summary>A part of it: a component, by serial or by lot with quantity.</summary>
    Component = 1,

    /// <summary>Packed in it: a unit in a case, a case on a pallet.</summary>
    Packed = 2,

    /// <summary>The lot that the unit was made in.</summary>
    OwnLot = 3,

    /// <summary>Consumed in making it.</summary>
    MadeFrom = 4,
}

/// <summary>
/// One stay of one item in another: an interval in the world, and an interval in the ledger during which we believed it.
/// Never edited: when we learn better, it is unlearned and another takes its place.
/// </summary>
/// <param name="Id">In our tables; reach paths are made of these.</param>
/// <param name="Child">The part, the content.</param>
/// <param name="ChildGranularity">Unit, lot or logistic unit.</param>
/// <param name="ChildProduct">Number of the child's product; 0 for what has none.</param>
/// <param name="Parent">The whole, the container.</param>
/// <param name="ParentGranularity">Unit, lot or logistic unit.</param>
/// <param name="From">When it went in; nothing when we only know that it came out.</param>
/// <param name="To">When it came out; nothing while it is in.</param>
/// <param name="Fitted">The entry that says it went in.</param>
/// <param name="Removed">The entry that says it came out; nothing where that follows from its going elsewhere.</param>
/// <param name="Learned">The position from which we believed it.</param>
public sealed record Link(
    long Id, long Child, Granularity ChildGranularity, int ChildProduct, long Parent, Granularity ParentGranularity, Nature Nature, decimal? Quantity,
    Sequence? From, Sequence? To, long? Fitted, long? Removed, Irregularity Irregular, long Learned)
{
    /// <summary>Whether it is in at that point.</summary>
    public bool HoldsAt(Sequence when) => (From is null || From <= when) && (To is null || when < To);

    /// <summary>Whether it is in and its coming out has not been heard of.</summary>
    public bool IsOpen => To is null;
}
