using Clew.Epcis;
using Clew.Facts;
using Clew.Server.Integration.Epcis;

namespace Clew.Server.Capture;

/// <summary>Which reader a document gets, by what its sender says it is and by what its beginning looks like.</summary>
public static class Readers
{
    /// <summary>A reader for this document.</summary>
    public static IFactSource For(string mediaType, ReadOnlyMemory<byte> bytes) =>
        EpcisReader.IsEpcis(mediaType, bytes.Span) ? new EpcisFacts(bytes) : new FactReader(bytes);
}
