using Clew.Facts;
using Clew.Ledger;

namespace Clew.Capture;

/// <summary>A fact on its way in: read, not yet weighed.</summary>
/// <param name="Fact">What is said.</param>
/// <param name="By">Who says it.</param>
/// <param name="Path">Where it stands in the sender's document.</param>
/// <param name="Canonical">The fact's canonical bytes, which the ledger will keep.</param>
/// <param name="Content">SHA-256 of the canonical bytes with the full list of items: equal for a resend, different for a conflict.</param>
/// <param name="Beside">The long list of items that stands beside the entry: its bytes, or nothing.</param>
public sealed record Draft(Fact Fact, string By, string Path, ReadOnlyMemory<byte> Canonical, UInt128 Content, ReadOnlyMemory<byte> Beside)
{
    /// <summary>The sender's id as the ledger remembers it.</summary>
    public EntryKey Key { get; } = EntryKey.Of(By, Fact.Id);

    /// <summary>Where the fact stands in the order of the world.</summary>
    public Sequence Sequence => Sequence.Of(Fact, Key);
}
