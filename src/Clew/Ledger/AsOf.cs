using Clew.Facts;

namespace Clew.Ledger;

/// <summary>
/// The two questions about the past. <see cref="Known"/>: what did we know when the ledger was that long? drops later positions.
/// <see cref="Happened"/>: what had happened in the world by then? drops later occurrences. Every query takes it.
/// </summary>
/// <param name="Known">The last position that counts; nothing means all that we know now.</param>
/// <param name="Happened">The last instant that counts; nothing means until now.</param>
public readonly record struct AsOf(long? Known, EventTime? Happened)
{
    /// <summary>All that we know, of all that happened.</summary>
    public static readonly AsOf Now;

    /// <summary>Whether it asks about the present.</summary>
    public bool IsNow => Known is null && Happened is null;

    /// <summary>Whether this entry counts.</summary>
    public bool Counts(Entry entry) => !(entry.Position > Known) && !(entry.Fact.Happened.Microseconds > Happened?.Microseconds);
}
