using Clew.Facts;
using Clew.Ledger;
using Clew.MasterData;

namespace Clew.Lifecycle;

/// <summary>As what an item takes part in a fact.</summary>
public enum Role : byte
{
    /// <summary>It is what the fact is about.</summary>
    Subject = 0,

    /// <summary>Parts were fitted in it or removed from it.</summary>
    Whole = 1,

    /// <summary>It was fitted or removed.</summary>
    Part = 2,

    /// <summary>Contents were packed in it or unpacked from it.</summary>
    Container = 3,

    /// <summary>It was packed or unpacked.</summary>
    Content = 4,

    /// <summary>It was consumed in making something else.</summary>
    Input = 5,

    /// <summary>Its container is what the fact is about: it shares the lot.</summary>
    Inside = 6,

    /// <summary>A part of a part of it was changed.</summary>
    Above = 7,

    /// <summary>A hold's predicate caught it, though nobody named it.</summary>
    Caught = 8,
}

/// <summary>A fact at its position, with the names in it looked up: what a life is told from.</summary>
/// <param name="Place">Where it happened.</param>
/// <param name="FromPlace">Where a movement came from.</param>
/// <param name="ToParty">Who a movement goes to.</param>
/// <param name="ToPlace">Where a movement goes.</param>
/// <param name="Order">The hold that it places.</param>
public sealed record Happening(Fact Fact, Sequence Sequence, long Position, Place? Place, Place? FromPlace, Party? ToParty, Place? ToPlace, HoldOrder? Order)
{
    /// <summary>Who takes in what arrives: whoever the fact names, or who runs the place.</summary>
    public Party? Receiver => ToParty ?? Place?.Owner;

    /// <summary>The calendar day there.</summary>
    public DateOnly Day => DateOnly.FromDateTime(Fact.Happened.AsDateTimeOffset().DateTime);
}

/// <summary>What one happening did to one item.</summary>
public readonly record struct Turn(Standing After, Irregularity Irregular);
