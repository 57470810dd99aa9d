using System.Runtime.InteropServices;
using System.Xml;
using Clew.Identification;

namespace Clew.Epcis;

/// <summary>
/// Reads EPCIS in XML, 2.0 and 1.0 to 1.2. What 1.x wraps into <c>extension</c> and <c>baseExtension</c> is unwrapped, so that an event
/// looks the same whichever schema it was written by.
/// </summary>
internal sealed class XmlSource : IEventSource
{
    internal const string Epcis1 = "urn:epcglobal:epcis:xsd:1";
    internal const string Epcis2 = "urn:epcglobal:epcis:xsd:2";
    private const string Instance = "http://www.w3.org/2001/XMLSchema-instance";

    private readonly List<Member> members = [];
    private readonly Dictionary<string, string> prefixes = new(StringComparer.Ordinal);
    private readonly List<Node> prefixNodes = [];
    private readonly MemoryStream stream;
    private readonly XmlReader? xml;
    private readonly List<Finding> broken = [];
    private readonly Stack<string> open = [];
    private EpcisForm form = EpcisForm.Xml;
    private bool isOver;
    private bool hasEventList;
    private string? bare;
    private readonly List<Member> headers = [];
    private readonly List<Member> query = [];

    public XmlSource(ReadOnlyMemory<byte> document)
    {
        // A document type is passed over unread, so that no entity of it can grow or fetch.
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null, IgnoreComments = true, IgnoreProcessingInstructions = true, CloseInput = false };
        stream = MemoryMarshal.TryGetArray(document, out var array) ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false) : new MemoryStream(document.ToArray(), writable: false);
        xml = XmlReader.Create(stream, settings);
        try
        {
            Head();
        }
        catch (XmlException e)
        {
            broken.Add(NotXml(e));
        }
    }

    public double Progress => isOver || stream.Length == 0 ? 1 : (double)stream.Position / stream.Length;

    public EpcisDocument Document => new(new Group([.. members, .. headers]), Contexts, form);

    private Contexts Contexts => Contexts.Standard.With(prefixNodes.Count == 0 ? null : new Items(prefixNodes));

    // The schemas want local elements without a namespace; many documents set the standard's as default all the same.
    private bool IsOurs => xml!.NamespaceURI is "" or Epcis1 or Epcis2;

    private Spot Here => xml is IXmlLineInfo info ? new Spot(info.LineNumber, info.LinePosition) : default;

    public bool TryNext(out ReadEvent next)
    {
        next = default;
        if (isOver)
        {
            return false;
        }

        try
        {
            if (bare is { } alone)
            {
                bare = null;
                next = Event(alone);
                return true;
            }

            if (broken.Count == 0)
            {
                while (xml!.Read())
                {
                    if (xml.NodeType == XmlNodeType.Element && Step(out next))
                    {
                        return true;
                    }

                    if (xml.NodeType == XmlNodeType.EndElement)
                    {
                        open.TryPop(out _);
                    }
                }

                if (!hasEventList && members.Find(m => m.Name.Local == "type").Value is not Text { Value: "EPCISMasterDataDocument" })
                {
                    broken.Add(new Finding(EpcisFindings.NoEvents, ""));
                }
            }
        }
        catch (XmlException e)
        {
            broken.Add(NotXml(e));
        }

        isOver = true;
        xml!.Dispose();
        next = new ReadEvent(null, broken.Count > 0 ? broken[0].Path : "", broken);
        return broken.Count > 0;
    }

    // ---- the document

    private static readonly HashSet<string> EventNames = new(StringComparer.Ordinal) { "ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent", "QuantityEvent" };

    private void Head()
    {
        if (xml!.MoveToContent() != XmlNodeType.Element)
        {
            return;
        }

        var (ns, name) = (xml.NamespaceURI, xml.LocalName);
        if (IsOurs && EventNames.Contains(name))
        {
            (bare, hasEventList, form) = (name, true, ns == Epcis1 ? EpcisForm.Xml12 : form);
            return;
        }

        if (!ns.StartsWith("urn:epcglobal:epcis", StringComparison.Ordinal) || name is not ("EPCISDocument" or "EPCISQueryDocument" or "EPCISMasterDataDocument"))
        {
            broken.Add(new Finding(EpcisFindings.NotEpcis, Here.ToString(), xml.Name));
            return;
        }

        form = ns.EndsWith(":1", StringComparison.Ordinal) ? EpcisForm.Xml12 : EpcisForm.Xml;
        members.Add(new Member(new Name("type"), new Text(name) { At = Here }));
        foreach (var attribute in Attributes())
        {
            members.Add(attribute.Name.IsStandard ? new Member(new Name(attribute.Name.Local.TrimStart('@')), attribute.Value) : attribute);
        }

        if (xml.IsEmptyElement)
        {
            members.Add(new Member(new Name("epcisHeader"), new Group([])));
        }
    }

    // On an element outside of events: into the body and its list, over the header; an event when this is one.
    private bool Step(out ReadEvent next)
    {
        next = default;
        var (name, isEmpty) = (xml!.LocalName, xml.IsEmptyElement);
        var parent = open.Count > 0 ? open.Peek() : "";
        if (parent == "EventList" && name != "extension")
        {
            next = Event(name);
            return true;
        }

        if (parent is "EventList" or "extension" && name is not "extension" && open.Contains("EventList"))
        {
            next = Event(name);
            return true;
        }

        switch (name)
        {
            case "EPCISHeader":
                headers.Add(new Member(new Name("epcisHeader"), Element(Shapes.Header)));
                return false;
            case "VocabularyList" when parent is "EPCISBody" or "resultsBody":
                headers.Add(new Member(new Name("epcisHeader"), new Group([new Member(new Name("epcisMasterData"), new Group([new Member(new Name("vocabularyList"), Element(Shapes.Find(Shapes.MasterData, "vocabularyList")!.Shape))]))])));
                hasEventList = true;
                return false;
            case "queryName" or "subscriptionID":
                query.Add(new Member(new Name(name), Element(null)));
                return false;
            case "EPCISBody":
                Namespaces();
                members.Add(new Member(new Name("epcisBody"), new Group([new Member(new Name("queryResults"), new Group(query) { At = Here })]) { At = Here }));
                break;
            case "EventList":
                Namespaces();
                hasEventList = true;
                break;
            case "QueryResults" or "resultsBody" or "extension":
                Namespaces();
                break;
            default:
                var named = Named();
                members.Add(new Member(named, Element(null)));
                return false;
        }

        if (!isEmpty)
        {
            open.Push(name);
        }

        return false;
    }

    private ReadEvent Event(string name)
    {
        var at = Here;
        var isQuantity = name == "QuantityEvent" && IsOurs;
        var type = isQuantity ? "ObjectEvent" : IsOurs ? name : xml!.Prefix.Length > 0 ? xml.Name : xml.NamespaceURI + name;
        var isAlone = xml!.Depth == 0;
        var read = (Group)Element(Shapes.Event);
        if (isAlone)
        {
            // What a document would say stands on an event that is its own document.
            read = new Group([.. read.Members.Where(m => !(m.Name.IsStandard && m.Name.Local is "schemaVersion" or "creationDate"))]);
        }

        IReadOnlyList<Member> members = [new Member(new Name("type"), new Text(type) { At = at }), .. read.Members];
        List<Finding> findings = [];
        if (isQuantity)
        {
            findings.Add(new Finding(EpcisFindings.Former, at.ToString()));
            var quantity = members.Where(m => m.Name.IsStandard && m.Name.Local is "epcClass" or "quantity").Select(m => m.Value is Text { Value: var digits } text && m.Name.Local == "quantity" ? new Member(m.Name, Typed(digits, ValueForm.Number, text.At)) : m);
            members = [.. members.Where(m => !(m.Name.IsStandard && m.Name.Local is "epcClass" or "quantity")), new Member(new Name("action"), new Text("OBSERVE") { At = at }), new Member(new Name("quantityList"), new Items([new Group([.. quantity]) { At = at }]) { At = at })];
        }

        return new ReadEvent(new EpcisEvent(new Group(members) { At = at }, Contexts), at.ToString(), findings);
    }

    // ---- elements

    // Leaves the reader on the element's end.
    private Node Element(Shape? shape)
    {
        var at = Here;
        if (xml!.Depth > EpcisReader.DepthMax)
        {
            throw new XmlException("nested too deep", null, at.Line, at.Column);
        }

        return shape switch
        {
            { Form: ValueForm.Group } => GroupOf(shape, at),
            { Form: ValueForm.List } => new Items(Children(shape)) { At = at },
            { Form: ValueForm.Any } or null => Free(at),
            _ => Typed(TextOf(), shape.Form, at),
        };
    }

    private Group GroupOf(Shape shape, Spot at)
    {
        List<Member> found = [];
        foreach (var attribute in Attributes())
        {
            var field = attribute.Name.IsStandard ? shape.Fields.FirstOrDefault(f => f.Xml == InXml.Attribute && f.ElementName == attribute.Name.Local[1..]) : null;
            found.Add(field is null ? attribute.Name.IsStandard ? new Member(new Name(attribute.Name.Local[1..]), attribute.Value) : new Member(attribute.Name with { Local = attribute.Name.Local[1..] }, attribute.Value) : new Member(new Name(field.Name), Typed(((Text)attribute.Value).Value, field.Shape.Form, attribute.Value.At)));
        }

        if (shape.Fields.FirstOrDefault(f => f.Xml == InXml.Content) is { } content)
        {
            // "attribute" of master data may hold elements; the others hold text.
            found.Add(new Member(new Name(content.Name), content.Shape.Form == ValueForm.Any ? Free(at, withAttributes: false) : Typed(TextOf(), content.Shape.Form, at)));
            return new Group(found) { At = at };
        }

        Into(shape, found, isExtension: false);
        return new Group(found) { At = at };
    }

    private void Into(Shape shape, List<Member> found, bool isExtension)
    {
        if (xml!.IsEmptyElement)
        {
            return;
        }

        var depth = xml.Depth;
        while (xml.Read() && xml.Depth > depth)
        {
            if (xml.NodeType != XmlNodeType.Element)
            {
                continue;
            }

            var name = xml.LocalName;
            if (IsOurs && name is "extension" or "baseExtension")
            {
                Namespaces();
                Into(shape, found, isExtension: true);
                continue;
            }

            var field = IsOurs ? Find(shape, name) : null;
            if (field is not null && xml.GetAttribute("nil", Instance) is "true" or "1")
            {
                // Said to be nothing: as if it were not there.
                Element(field!.Shape);
            }
            else if (field is null)
            {
                // 1.2 lets anybody put names without a namespace into its extensions.
                var named = IsOurs && isExtension && form == EpcisForm.Xml12 ? new Name(name, "local", Contexts.Local) : Named();
                Put(found, named, Element(null));
            }
            else if (field.Xml == InXml.Repeated)
            {
                Put(found, new Name(field.Name), Element(field.Shape.Of), isList: true);
            }
            else
            {
                Put(found, new Name(field.Name), Element(field.Shape));
            }
        }
    }

    private static Field? Find(Shape shape, string element)
    {
        foreach (var field in shape.Fields)
        {
            if (field.Xml == InXml.Element ? field.ElementName == element : field.Xml == InXml.Repeated && (field.Shape.Item.Length > 0 ? field.Shape.Item : field.Name) == element)
            {
                return field;
            }
        }

        return null;
    }

    private List<Node> Children(Shape list)
    {
        List<Node> all = [];
        Namespaces();
        if (xml!.IsEmptyElement)
        {
            return all;
        }

        var depth = xml.Depth;
        while (xml.Read() && xml.Depth > depth)
        {
            if (xml.NodeType == XmlNodeType.Element)
            {
                if (IsOurs && xml.LocalName == list.Item)
                {
                    all.Add(Element(list.Of));
                }
                else
                {
                    // What does not belong into the list is told of like any member that does not belong.
                    var at = Here;
                    var named = Named();
                    all.Add(new Group([new Member(named, Element(null))]) { At = at });
                }
            }
        }

        return all;
    }

    // Whatever somebody put there: text, or elements by name, side by side as a list.
    private Node Free(Spot at, bool withAttributes = true)
    {
        List<Member> found = [];
        if (withAttributes)
        {
            found.AddRange(Attributes());
        }

        var text = new System.Text.StringBuilder();
        if (!xml!.IsEmptyElement)
        {
            var depth = xml.Depth;
            while (xml.Read() && xml.Depth > depth)
            {
                if (xml.NodeType == XmlNodeType.Element)
                {
                    if (xml.Depth > EpcisReader.DepthMax)
                    {
                        throw new XmlException("nested too deep", null, at.Line, at.Column);
                    }

                    var named = Named();
                    Put(found, named, Free(Here));
                }
                else if (xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
                {
                    text.Append(xml.Value);
                }
            }
        }

        var said = text.ToString().Trim();
        if (found.Count == 0)
        {
            return new Text(said) { At = at };
        }

        if (said.Length > 0)
        {
            found.Add(new Member(new Name("#text"), new Text(said) { At = at }));
        }

        return new Group(found) { At = at };
    }

    // The same name again makes a list of it.
    private static void Put(List<Member> found, Name name, Node value, bool isList = false)
    {
        for (var i = 0; i < found.Count; i++)
        {
            if (found[i].Name == name)
            {
                found[i] = new Member(name, found[i].Value is Items items ? new Items([.. items.All, value]) { At = items.At } : new Items([found[i].Value, value]) { At = found[i].Value.At });
                return;
            }
        }

        found.Add(new Member(name, isList ? new Items([value]) { At = value.At } : value));
    }

    private string TextOf()
    {
        Namespaces();
        if (xml!.IsEmptyElement)
        {
            return "";
        }

        var depth = xml.Depth;
        var text = new System.Text.StringBuilder();
        while (xml.Read() && xml.Depth > depth)
        {
            if (xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA)
            {
                text.Append(xml.Value);
            }
        }

        return text.ToString().Trim();
    }

    private static Node Typed(string text, ValueForm form, Spot at) => form switch
    {
        ValueForm.Number when Numbers.TryRead(text, out var digits) => new Number(digits) { At = at },
        ValueForm.Flag when text is "true" or "1" => new Flag(true) { At = at },
        ValueForm.Flag when text is "false" or "0" => new Flag(false) { At = at },
        _ => new Text(text) { At = at },
    };

    private List<Member> Attributes()
    {
        List<Member> found = [];
        Namespaces();
        if (!xml!.MoveToFirstAttribute())
        {
            return found;
        }

        do
        {
            if (xml.Prefix != "xmlns" && xml.Name != "xmlns" && !(xml.NamespaceURI == Instance && xml.LocalName is "schemaLocation" or "noNamespaceSchemaLocation"))
            {
                found.Add(new Member(xml.NamespaceURI.Length == 0 ? new Name("@" + xml.LocalName) : new Name("@" + xml.LocalName, xml.Prefix, xml.NamespaceURI), new Text(xml.Value.Trim()) { At = Here }));
            }
        }
        while (xml.MoveToNextAttribute());
        xml.MoveToElement();
        return found;
    }

    // Declarations become the document's prefixes: the first meaning of each.
    private void Namespaces()
    {
        if (!xml!.MoveToFirstAttribute())
        {
            return;
        }

        do
        {
            if (xml.Prefix == "xmlns" && xml.Value is not (Instance or Epcis1 or Epcis2) && !xml.Value.StartsWith("urn:epcglobal:epcis", StringComparison.Ordinal) && prefixes.TryAdd(xml.LocalName, xml.Value))
            {
                prefixNodes.Add(new Group([new Member(new Name(xml.LocalName), new Text(xml.Value))]));
            }
        }
        while (xml.MoveToNextAttribute());
        xml.MoveToElement();
    }

    private Name Named() => IsOurs ? new Name(XmlConvert.DecodeName(xml!.LocalName)!) : new Name(xml!.LocalName, xml.Prefix.Length > 0 ? xml.Prefix : null, xml.NamespaceURI);

    private static Finding NotXml(XmlException e) => new(EpcisFindings.NotXml, new Spot(Math.Max(1, e.LineNumber), Math.Max(1, e.LinePosition)).ToString(), e.Message);
}
