using System.Runtime.InteropServices;
using Clew.Identification;

namespace Clew.Epcis;

/// <summary>One event as far as it could be read, and what is wrong with how it is written.</summary>
/// <param name="Event">Nothing where there is no event to be told of.</param>
/// <param name="Path">Where it stands: a JSON Pointer, or line and column.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ReadEvent(EpcisEvent? Event, string Path, IReadOnlyList<Finding> Findings);

/// <summary>
/// Events out of a document, one at a time, so that a long document costs no more memory than a short one. Total: never throws for
/// what the bytes are. Not to be shared between threads.
/// </summary>
public interface IEventSource
{
    /// <summary>How far into the document, 0 to 1.</summary>
    double Progress { get; }

    /// <summary>What the document says of itself. Of XML, what stands behind the events is known only after the last of them.</summary>
    EpcisDocument Document { get; }

    /// <summary>The next event, or false at the end. What cannot be read comes as findings without an event.</summary>
    bool TryNext(out ReadEvent next);
}

/// <summary>The door through which EPCIS comes in, in whichever of its forms.</summary>
public static class EpcisReader
{
    /// <summary>Deeper than this nobody nests an event; whoever does wants to see us fall.</summary>
    public const int DepthMax = 64;

    /// <summary>A document that says what it is says so in its first lines.</summary>
    private const int LookMax = 2_048;

    /// <summary>Reads from these bytes, which must not change meanwhile.</summary>
    public static IEventSource Open(ReadOnlyMemory<byte> document) => IsXml(document.Span) ? new XmlSource(document) : new JsonSource(document);

    /// <summary>A whole document, checked: for those that look at one file at a time.</summary>
    public static WholeDocument ReadAll(ReadOnlyMemory<byte> bytes)
    {
        var source = Open(bytes);
        List<EpcisEvent> events = [];
        List<Finding> findings = [];
        while (source.TryNext(out var next))
        {
            findings.AddRange(next.Findings);
            if (next.Event is { } read)
            {
                events.Add(read);
                findings.AddRange(EventCheck.Of(read, source.Document.Form, next.Path));
                if (next.Path.Length == 0 && EventCheck.OfBare(read, "") is { } bare)
                {
                    findings.Add(bare);
                }
            }
        }

        findings.InsertRange(0, EventCheck.Of(source.Document));
        return new WholeDocument(source.Document, events, findings);
    }

    /// <summary>Whether the first thing in it is an element.</summary>
    public static bool IsXml(ReadOnlySpan<byte> document)
    {
        document = document.StartsWith("\uFEFF"u8) ? document[3..] : document;
        var first = document.TrimStart(" \t\r\n"u8);

        // UTF-16 begins with its mark; no JSON that we read does.
        return first.StartsWith("<"u8) || first.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) || first.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]);
    }

    /// <summary>Whether a document is EPCIS and not in our own form: it says so, or its beginning looks like it.</summary>
    public static bool IsEpcis(string mediaType, ReadOnlySpan<byte> document)
    {
        var beginning = document[..Math.Min(document.Length, LookMax)];
        return mediaType.Contains("ld+json", StringComparison.OrdinalIgnoreCase)
            || IsXml(beginning)
            || beginning.IndexOf("\"EPCIS"u8) >= 0
            || beginning.IndexOf("\"@context\""u8) >= 0
            || (beginning.IndexOf("\"eventTime\""u8) >= 0 && beginning.IndexOf("\"kind\""u8) < 0);
    }
}

/// <summary>A document, its events, and everything that is wrong with them.</summary>
public sealed record WholeDocument(EpcisDocument Document, IReadOnlyList<EpcisEvent> Events, IReadOnlyList<Finding> Findings)
{
    /// <summary>Whether it is what the standard asks for.</summary>
    public bool IsValid => !Findings.Any(f => f.Severity == Severity.Error);
}
