using Clew.Facts;

namespace Clew.Server.Capture;

/// <summary>Which reader a document gets, by what its sender says it is.</summary>
public static class Readers
{
    /// <summary>A reader for this document.</summary>
    public static IFactSource For(string mediaType, ReadOnlyMemory<byte> bytes) => new FactReader(bytes);
}
