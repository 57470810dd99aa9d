namespace Clew.Epcis;

/// <summary>
/// One EPCIS event, whatever form it came in: its members under the names that the standard gives them (<see cref="Shapes.Event"/>),
/// and everything that somebody added.
/// </summary>
public sealed class EpcisEvent
{
    internal const string Stem = "https://ref.gs1.org/epcis/";

    /// <summary>Takes what was read.</summary>
    public EpcisEvent(Group members, Contexts contexts)
    {
        Members = members;
        Contexts = contexts;
        TypeName = members.Text("type") ?? "";
        Type = Read(TypeName);
    }

    /// <summary>All that it says.</summary>
    public Group Members { get; }

    /// <summary>What its prefixes stand for: the document's, and those of its own.</summary>
    public Contexts Contexts { get; }

    /// <summary>Which type; none for a text that is no type at all.</summary>
    public EventTypes Type { get; }

    /// <summary>The type as it was written.</summary>
    public string TypeName { get; }

    /// <summary>The sender's id.</summary>
    public string? Id => Members.Text("eventID");

    /// <summary>ADD, OBSERVE, DELETE; nothing for a transformation.</summary>
    public string? Action => Members.Text("action");

    /// <summary>The business step: a bare word of the CBV, or a URI.</summary>
    public string? BizStep => Word("bizStep", Cbv.BizStep);

    /// <summary>The disposition: a bare word of the CBV, or a URI.</summary>
    public string? Disposition => Word("disposition", Cbv.Disposition);

    /// <summary>Whether it declares that the event with its id does not stand.</summary>
    public Group? ErrorDeclaration => Members["errorDeclaration"] as Group;

    /// <summary>The members that are not the standard's.</summary>
    public IEnumerable<Member> Extensions => Members.Members.Where(m => !m.Name.IsStandard);

    /// <summary>A name of the sender's own as it was written and, where its prefix is known, in full.</summary>
    internal IEnumerable<string> Spellings(string text) => Contexts.Expand(text) is { } whole && whole != text ? [text, whole] : [text];

    // "ObjectEvent", or in full; a name with a colon is somebody's own type.
    private static EventTypes Read(string name)
    {
        var bare = name.StartsWith(Stem, StringComparison.Ordinal) ? name[Stem.Length..] : name.StartsWith("epcis:", StringComparison.Ordinal) ? name[6..] : name;
        return bare switch
        {
            "ObjectEvent" => EventTypes.ObjectEvent,
            "AggregationEvent" => EventTypes.AggregationEvent,
            "TransactionEvent" => EventTypes.TransactionEvent,
            "TransformationEvent" => EventTypes.TransformationEvent,
            "AssociationEvent" => EventTypes.AssociationEvent,
            _ => name.Contains(':', StringComparison.Ordinal) ? EventTypes.Extended : EventTypes.None,
        };
    }

    private string? Word(string name, Cbv words) => Members.Text(name) is { } text ? words.AsWord(text) : null;
}

/// <summary>What a document says of itself: everything but its events.</summary>
/// <param name="Members">Its members, without the body's events.</param>
/// <param name="Contexts">What its prefixes stand for.</param>
/// <param name="Form">The form it was written in.</param>
public sealed record EpcisDocument(Group Members, Contexts Contexts, EpcisForm Form)
{
    /// <summary>EPCISDocument, EPCISQueryDocument, EPCISMasterDataDocument; empty for bare events.</summary>
    public string Type => Members.Text("type") ?? "";

    /// <summary>What a query's answer says of the query.</summary>
    public Group? QueryResults => Members["queryResults"] as Group;
}

/// <summary>The forms in which EPCIS is written.</summary>
public enum EpcisForm
{
    /// <summary>JSON-LD, EPCIS 2.0.</summary>
    Json,

    /// <summary>XML, EPCIS 2.0.</summary>
    Xml,

    /// <summary>XML, EPCIS 1.0 to 1.2.</summary>
    Xml12,
}
