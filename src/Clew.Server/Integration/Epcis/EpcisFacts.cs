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
            return Head(ref next);
        }

        if (read.Event is not { } said)
        {
            next = new ReadFact(null, read.Findings);
            isHeadSaid = true;
            return true;
        }

        List<Finding> findings = [.. read.Findings, .. EventCheck.Of(said, source.Document.Form, read.Path).Select(AsTaken)];
        var fact = EventAsFact.Read(said, read.Path);
        next = new ReadFact(findings.Exists(f => f.Severity == Severity.Error) ? null : fact.Fact, [.. findings, .. fact.Findings]);
        return true;
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
