using Clew.Facts;
using Clew.Identification;

namespace Clew.Server.Capture;

/// <summary>A document in a form that we do not read: one finding says so, and its bytes are kept like those of any other.</summary>
public sealed class Unreadable(Finding why) : IFactSource
{
    // What Content-Encoding said, carried behind the media type so that it is kept with the bytes.
    private const string EncodingParameter = "; content-encoding=";

    private bool isSaid;

    /// <inheritdoc/>
    public double Progress => 1;

    /// <summary>The media type as the sender gave it, and how the body is packed.</summary>
    public static string MediaTypeOf(HttpRequest request)
    {
        var encoding = request.Headers.ContentEncoding.ToString();
        return (request.ContentType ?? "application/json") + (encoding.Length == 0 || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase) ? "" : EncodingParameter + encoding);
    }

    /// <summary>Why a document of this media type is not read; nothing when it is.</summary>
    public static Finding? Why(string mediaType)
    {
        if (mediaType.IndexOf(EncodingParameter, StringComparison.Ordinal) is var at and >= 0)
        {
            return new Finding(ReceptionFindings.Packed, "", mediaType[(at + EncodingParameter.Length)..]);
        }

        var plain = mediaType.Split(';')[0].Trim();
        return plain.Equals("application/json", StringComparison.OrdinalIgnoreCase) || plain.EndsWith("+json", StringComparison.OrdinalIgnoreCase)
            || plain.Equals("application/xml", StringComparison.OrdinalIgnoreCase) || plain.Equals("text/xml", StringComparison.OrdinalIgnoreCase)
            ? null
            : new Finding(ReceptionFindings.MediaType, "", plain);
    }

    /// <summary>The reader for a document of this media type.</summary>
    public static IFactSource Or(string mediaType, ReadOnlyMemory<byte> bytes) => Why(mediaType) is { } why ? new Unreadable(why) : Readers.For(mediaType, bytes);

    /// <inheritdoc/>
    public bool TryNext(out ReadFact next)
    {
        next = isSaid ? default : new ReadFact(null, [why]);
        return !isSaid && (isSaid = true);
    }
}
