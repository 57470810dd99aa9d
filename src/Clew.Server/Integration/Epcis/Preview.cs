using System.Buffers;
using System.Text;
using System.Xml;
using Clew.Epcis;
using Clew.Facts;
using Clew.Identification;

namespace Clew.Server.Integration.Epcis;

/// <summary>What would become of a document, without anything being kept: for integrators who build the sending end.</summary>
/// <param name="Form">As what it was read.</param>
/// <param name="IsValid">Whether it is what the standard asks for, to the letter.</param>
/// <param name="IsTaken">Whether capture would take all of it; rules about the state of the world are asked only then.</param>
/// <param name="Findings">What is wrong with the document as a whole.</param>
/// <param name="Other">The same in the other representation; nothing where it cannot be written.</param>
public sealed record Preview(EpcisForm Form, bool IsValid, bool IsTaken, IReadOnlyList<PreviewedEvent> Events, IReadOnlyList<Finding> Findings, string? Other)
{
    /// <summary>Bytes of a document: enough for a day's events of a line; capture itself takes far longer ones.</summary>
    public const int BytesMax = 1 << 20;

    /// <summary>Whether something can be said of the whole.</summary>
    public bool HasEvents => Events.Count > 0;

    /// <summary>Reads, checks, tells, hashes and writes it again.</summary>
    /// <param name="created">When the other representation is written.</param>
    public static Preview Of(ReadOnlyMemory<byte> bytes, string created)
    {
        var source = EpcisReader.Open(bytes);
        List<PreviewedEvent> events = [];
        List<Finding> findings = [];
        while (source.TryNext(out var next))
        {
            if (next.Event is not { } said)
            {
                findings.AddRange(next.Findings);
                continue;
            }

            List<Finding> standard = [.. next.Findings, .. EventCheck.Of(said, source.Document.Form, next.Path)];
            var told = EventAsFact.Read(said, next.Path);
            List<Finding> all = [.. standard, .. told.Findings.Where(f => !standard.Exists(s => s.Code == f.Code && s.Path == f.Path))];
            var fact = all.Exists(f => f.Severity == Severity.Error && !EpcisFacts.IsForgiven(f)) ? null : told.Fact;
            events.Add(new PreviewedEvent(next.Path, said, EventHash.Of(said), fact, all, !standard.Exists(f => f.Severity == Severity.Error)));
        }

        findings.InsertRange(0, EventCheck.Of(source.Document));
        var isWhole = !findings.Exists(f => f.Severity == Severity.Error) && events.Count > 0;
        return new Preview(source.Document.Form, isWhole && events.TrueForAll(e => e.IsValid), isWhole && events.TrueForAll(e => e.Fact is not null), events, findings, Written(source.Document, events, created));
    }

    private static string? Written(EpcisDocument document, List<PreviewedEvent> events, string created)
    {
        if (events.Count == 0)
        {
            return null;
        }

        try
        {
            IReadOnlyList<EpcisEvent> all = [.. events.Select(e => e.Said)];
            return Encoding.UTF8.GetString(document.Form == EpcisForm.Json ? XmlWriting.Document(document, all, EpcisForm.Xml, created) : JsonWriting.Document(document, all, created));
        }
        catch (Exception e) when (e is ArgumentException or XmlException or InvalidOperationException)
        {
            // JSON holds texts and names that XML has no way to write.
            return null;
        }
    }
}

/// <summary>One event of it.</summary>
/// <param name="Path">Where it stands.</param>
/// <param name="Hash">The event hash of CBV 2.0.</param>
/// <param name="Fact">What it is to us; nothing where capture would refuse it.</param>
/// <param name="IsValid">Whether it is what the standard asks for.</param>
public sealed record PreviewedEvent(string Path, EpcisEvent Said, string Hash, Fact? Fact, IReadOnlyList<Finding> Findings, bool IsValid);
