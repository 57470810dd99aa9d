using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Clew.Epcis;
using Clew.Facts;
using Clew.Identification;

namespace Clew.Server.Integration.Epcis;

/// <summary>
/// Facts from EPCIS in any of its forms, one event at a time: read, checked against the standard, and told in our own form. Total: it
/// answers with facts and findings and never throws for what the bytes are.
/// </summary>
public sealed class EpcisFacts : IFactSource
{
    private readonly IEventSource source;
    private bool isHeadSaid;
    private IEnumerator<(string Vocabulary, Group Element, string Path)>? elements;

    /// <summary>Reads from these bytes, which must not change meanwhile.</summary>
    public EpcisFacts(ReadOnlyMemory<byte> document) => source = EpcisReader.Open(document);

    /// <inheritdoc/>
    public double Progress => source.Progress;

    /// <inheritdoc/>
    public bool TryNext(out ReadFact next)
    {
        next = default;
        if (source.Document.Form == EpcisForm.Json && Head(ref next))
        {
            return true;
        }

        if (!source.TryNext(out var read))
        {
            // What XML says behind its events is known only now.
            return Head(ref next) || Element(ref next);
        }

        if (read.Event is not { } said)
        {
            next = new ReadFact(null, read.Findings) { At = read.Path };
            isHeadSaid = true;
            return true;
        }

        List<Finding> findings = [.. read.Findings, .. EventCheck.Of(said, source.Document.Form, read.Path).Select(AsTaken)];
        var fact = EventAsFact.Read(said, read.Path);
        next = new ReadFact(findings.Exists(f => f.Severity == Severity.Error) ? null : fact.Fact, [.. findings, .. fact.Findings]) { At = read.Path };
        return true;
    }

    // Master data, behind the events: a fact for each element of a vocabulary, carried as it was said.
    private bool Element(ref ReadFact next)
    {
        elements ??= Elements(source.Document).GetEnumerator();
        if (!elements.MoveNext())
        {
            return false;
        }

        var (vocabulary, element, path) = elements.Current;
        var bytes = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("kind", Vocabulary.VocabularyDescribed.Word);
            json.WriteString("happened", source.Document.Members.Text("creationDate") ?? "");
            json.WriteStartObject("details");
            json.WriteStartObject(FactAsEvent.Details);
            json.WriteString("vocabulary", vocabulary);
            foreach (var member in element.Members)
            {
                json.WritePropertyName(member.Name.ToString());
                JsonWriting.Value(json, member.Value);
            }

            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        var read = FactReader.ReadAll(bytes.WrittenMemory)[0];
        var at = element.At.IsKnown ? element.At.ToString() : path;
        next = read with { At = at, Findings = [.. read.Findings.Select(f => f with { Path = at })] };
        return true;
    }

    private static IEnumerable<(string Vocabulary, Group Element, string Path)> Elements(EpcisDocument document)
    {
        var vocabularies = ((document.Members["epcisHeader"] as Group)?["epcisMasterData"] as Group)?.List("vocabularyList") ?? [];
        for (var v = 0; v < vocabularies.Count; v++)
        {
            if (vocabularies[v] is not Group vocabulary || vocabulary.Text("type") is not { } type)
            {
                continue;
            }

            var list = vocabulary.List("vocabularyElementList");
            for (var e = 0; e < list.Count; e++)
            {
                if (list[e] is Group element && element.Text("id") is not null)
                {
                    yield return (type, element, string.Create(CultureInfo.InvariantCulture, $"/epcisHeader/epcisMasterData/vocabularyList/{v}/vocabularyElementList/{e}"));
                }
            }
        }
    }

    private bool Head(ref ReadFact next)
    {
        if (isHeadSaid)
        {
            return false;
        }

        isHeadSaid = true;
        var findings = EventCheck.Of(source.Document);
        next = new ReadFact(null, findings);
        return findings.Any(f => f.Severity == Severity.Error);
    }

    /// <summary>A word that can mean only one thing is taken, in whichever form it stands.</summary>
    public static bool IsForgiven(Finding finding) => finding.Code == EpcisFindings.WordForm.Code;

    private static Finding AsTaken(Finding finding) => IsForgiven(finding) ? finding with { Severity = Severity.Warning } : finding;
}
