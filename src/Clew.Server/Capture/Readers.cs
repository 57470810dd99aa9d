using Clew.Facts;
using Clew.Server.Integration.Epcis;

namespace Clew.Server.Capture;

/// <summary>Which reader a document gets: by what is in it, and where that does not tell, by what its sender says it is.</summary>
public static class Readers
{
    /// <summary>A reader for this document.</summary>
    public static IFactSource For(string mediaType, ReadOnlyMemory<byte> bytes) =>
        EpcisReader.Knows(bytes.Span) ?? mediaType.StartsWith("application/ld+json", StringComparison.OrdinalIgnoreCase) ? new EpcisReader(bytes) : new FactReader(bytes);
}
