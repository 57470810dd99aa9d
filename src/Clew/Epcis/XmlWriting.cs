using System.Text;
using System.Xml;

namespace Clew.Epcis;

/// <summary>How XML writes a word of the CBV (EPCIS 2.0's header <c>GS1-CBV-XML-Format</c>).</summary>
public enum WordForm
{
    /// <summary>As a URN.</summary>
    Urn,

    /// <summary>As a web address.</summary>
    Web,

    /// <summary>As a web address where its sender wrote one, else as a URN.</summary>
    AsCaptured,
}

/// <summary>
/// Writes EPCIS in XML, 2.0 or 1.2. What 1.2 does not know (sensor data, persistent dispositions, association events) goes into its
/// innermost <c>extension</c>, which is open, so that nothing is lost on the way there and back.
/// </summary>
public static class XmlWriting
{
    private const string QueryStem = "urn:epcglobal:epcis-query:xsd:";

    /// <summary>A document with these events.</summary>
    /// <param name="created">When, for a document that does not say it.</param>
    /// <param name="words">How words of the CBV are written.</param>
    public static byte[] Document(EpcisDocument document, IReadOnlyList<EpcisEvent> events, EpcisForm form, string created, WordForm words = WordForm.Urn)
    {
        using var stream = new MemoryStream();
        using (var xml = XmlWriter.Create(stream, new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), NewLineChars = "\n", CheckCharacters = true }))
        {
            new Writer(xml, Prefixes.Of(document, events), form, words).Document(document, events, created);
        }

        return stream.ToArray();
    }

    private sealed class Writer(XmlWriter xml, Prefixes prefixes, EpcisForm form, WordForm words)
    {
        private readonly bool is12 = form == EpcisForm.Xml12;

        public void Document(EpcisDocument document, IReadOnlyList<EpcisEvent> events, string created)
        {
            var isQuery = document.Type == "EPCISQueryDocument";
            var epcis = is12 ? XmlSource.Epcis1 : XmlSource.Epcis2;
            xml.WriteStartDocument();
            xml.WriteStartElement(isQuery ? "epcisq" : "epcis", isQuery ? "EPCISQueryDocument" : "EPCISDocument", isQuery ? QueryStem + (is12 ? "1" : "2") : epcis);
            foreach (var (prefix, meaning) in prefixes.All)
            {
                xml.WriteAttributeString("xmlns", prefix, null, meaning);
            }

            xml.WriteAttributeString("schemaVersion", is12 ? "1.2" : "2.0");
            xml.WriteAttributeString("creationDate", document.Members.Text("creationDate") ?? created);
            foreach (var member in document.Members.Members.Where(m => m.Name.IsStandard && m.Name.Local is "id" or "instanceIdentifier" or "sender" or "receiver" && m.Value is Text))
            {
                xml.WriteAttributeString(member.Name.Local, ((Text)member.Value).Value);
            }

            if (document.Members["epcisHeader"] is Group header)
            {
                Header(header);
            }

            xml.WriteStartElement("EPCISBody");
            if (isQuery)
            {
                var said = JsonWriting.Query(document);
                xml.WriteStartElement("epcisq", "QueryResults", QueryStem + (is12 ? "1" : "2"));
                xml.WriteElementString("queryName", said.Name);
                if (said.Subscription is { } subscription)
                {
                    xml.WriteElementString("subscriptionID", subscription);
                }

                xml.WriteStartElement("resultsBody");
            }

            xml.WriteStartElement("EventList");
            foreach (var read in events)
            {
                Event(read);
            }

            xml.WriteEndElement();
            if (isQuery)
            {
                xml.WriteEndElement();
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
            foreach (var member in document.Members.Members.Where(m => !m.Name.IsStandard))
            {
                Own(member);
            }

            xml.WriteEndElement();
            xml.WriteEndDocument();
        }

        private void Header(Group header)
        {
            xml.WriteStartElement("EPCISHeader");
            foreach (var member in header.Members.Where(m => !m.Name.IsStandard))
            {
                Own(member);
            }

            if (header["epcisMasterData"] is Group masterData)
            {
                xml.WriteStartElement("extension");
                xml.WriteStartElement("EPCISMasterData");
                Members(masterData, Shapes.MasterData);
                xml.WriteEndElement();
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        private void Event(EpcisEvent read)
        {
            var type = read.TypeName.StartsWith(EpcisEvent.Stem, StringComparison.Ordinal) ? read.TypeName[EpcisEvent.Stem.Length..] : read.TypeName;

            // 1.2 keeps newer types one and two steps further in.
            var wraps = !is12 ? read.Type == EventTypes.Extended ? 1 : 0 : read.Type switch { EventTypes.TransformationEvent => 1, EventTypes.AssociationEvent => 2, EventTypes.Extended => 2, _ => 0 };
            for (var i = 0; i < wraps; i++)
            {
                xml.WriteStartElement("extension");
            }

            var named = read.Contexts.Read(type);
            if (read.Type == EventTypes.Extended)
            {
                xml.WriteStartElement(named.Prefix ?? "ns", XmlConvert.EncodeLocalName(named.Local), Prefixes.Namespace(named));
            }
            else
            {
                xml.WriteStartElement(type);
            }

            foreach (var attribute in read.Members.Members.Where(m => m.Name.Local.StartsWith('@') && m.Name.Local != "@context"))
            {
                Attribute(attribute.Name, Said(attribute.Value, null));
            }

            if (is12)
            {
                Members12(read);
            }
            else
            {
                Members(read, Order(read).ToList());
            }

            foreach (var member in read.Extensions.Where(m => !m.Name.Local.StartsWith('@')))
            {
                Own(member);
            }

            foreach (var member in read.Members.Members.Where(m => m.Name.IsStandard && !m.Name.Local.StartsWith('@') && Shapes.Find(Shapes.Event, m.Name.Local) is null))
            {
                Own(member);
            }

            xml.WriteEndElement();
            for (var i = 0; i < wraps; i++)
            {
                xml.WriteEndElement();
            }
        }

        private static IEnumerable<Field> Order(EpcisEvent read)
        {
            IEnumerable<string> order = Shapes.XmlOrder;
            order = read.Type switch
            {
                EventTypes.TransactionEvent => order.Take(6).Append("bizTransactionList").Concat(order.Skip(6).Where(n => n != "bizTransactionList")),
                EventTypes.AssociationEvent => order.Take(9).Append("childQuantityList").Concat(order.Skip(9).Where(n => n != "childQuantityList")),
                _ => order,
            };
            return order.Select(n => Shapes.Find(Shapes.Event, n)!);
        }

        private void Members(EpcisEvent read, List<Field> fields)
        {
            foreach (var field in fields)
            {
                if (read.Members[field.Name] is { } value)
                {
                    Field(field, value);
                }
            }
        }

        private void Members12(EpcisEvent read)
        {
            // A newer type has no wraps inside it: everything is at home in it.
            var isNewer = read.Type is EventTypes.AssociationEvent or EventTypes.Extended;
            var isTransformation = read.Type == EventTypes.TransformationEvent;
            var order = Order(read).ToList();
            PlaceIn12 Where(Field field) => isNewer ? field.Place == PlaceIn12.BaseExtension ? field.Place : PlaceIn12.Main
                : isTransformation && field.Place == PlaceIn12.Extension ? PlaceIn12.Main
                : field.Place;
            var times = order.Where(f => f.Name is "eventTime" or "recordTime" or "eventTimeZoneOffset").ToList();
            Members(read, times);
            Wrapped("baseExtension", read, [.. order.Where(f => Where(f) == PlaceIn12.BaseExtension)], []);
            foreach (var field in order.Where(f => Where(f) == PlaceIn12.Main).Except(times))
            {
                if (read.Members[field.Name] is { } value)
                {
                    Field(field, value);
                }
                else if ((field.Name == "epcList" && read.Type is EventTypes.ObjectEvent or EventTypes.TransactionEvent) || (field.Name == "childEPCs" && read.Type == EventTypes.AggregationEvent))
                {
                    // 1.2 wants the list, be it empty.
                    xml.WriteStartElement(field.Name);
                    xml.WriteEndElement();
                }
            }

            var innermost = order.Where(f => Where(f) == PlaceIn12.Innermost).ToList();
            if (isTransformation)
            {
                Wrapped("extension", read, innermost, []);
            }
            else
            {
                Wrapped("extension", read, [.. order.Where(f => Where(f) == PlaceIn12.Extension)], innermost);
            }
        }

        private void Wrapped(string name, EpcisEvent read, List<Field> fields, List<Field> inner)
        {
            if (!fields.Concat(inner).Any(f => read.Members[f.Name] is not null))
            {
                return;
            }

            xml.WriteStartElement(name);
            Members(read, fields);
            Wrapped("extension", read, inner, []);
            xml.WriteEndElement();
        }

        // ---- values

        private void Field(Field field, Node value)
        {
            switch (value)
            {
                case Items items when field.Xml == InXml.Repeated:
                    foreach (var item in items.All)
                    {
                        Element(field.Shape.Item.Length > 0 ? field.Shape.Item : field.Name, item, field.Shape.Of);
                    }

                    break;
                case Items items:
                    xml.WriteStartElement(field.ElementName);
                    foreach (var item in items.All)
                    {
                        Element(field.Shape.Item, item, field.Shape.Of);
                    }

                    xml.WriteEndElement();
                    break;
                default:
                    Element(field.ElementName, value, field.Shape.Of ?? field.Shape);
                    break;
            }
        }

        private void Element(string name, Node value, Shape? shape)
        {
            xml.WriteStartElement(name);
            if (value is Group group && shape?.Form == ValueForm.Group)
            {
                Members(group, shape);
            }
            else
            {
                Free(value);
                _ = value is not (Group or Items) && Write(Said(value, shape));
            }

            xml.WriteEndElement();
        }

        private bool Write(string text)
        {
            xml.WriteString(text);
            return true;
        }

        private void Members(Group group, Shape shape)
        {
            var isFlat = shape.Fields.Count > 0 && shape.Fields.All(f => f.Xml == InXml.Attribute);
            foreach (var member in group.Members)
            {
                if (member.Name.IsStandard && Shapes.Find(shape, member.Name.Local) is { Xml: InXml.Attribute } field)
                {
                    xml.WriteAttributeString(field.ElementName, Said(member.Value, field.Shape));
                }
                else if (member.Name.Local.StartsWith('@') || (isFlat && !member.Name.IsStandard && member.Value is not (Group or Items)))
                {
                    Attribute(member.Name, Said(member.Value, null));
                }
            }

            if (shape.Fields.FirstOrDefault(f => f.Xml == InXml.Content) is { } content && group[content.Name] is { } said)
            {
                Free(said);
                _ = said is not (Group or Items) && Write(Said(said, content.Shape));
            }

            foreach (var field in shape.Fields.Reverse().OrderBy(f => f.Name != "unset").ThenBy(f => shape.Fields.ToList().IndexOf(f)))
            {
                if (field.Xml is InXml.Element or InXml.Repeated && group[field.Name] is { } value)
                {
                    Field(field, value);
                }
            }

            foreach (var member in group.Members)
            {
                if (!member.Name.Local.StartsWith('@') && (member.Name.IsStandard ? Shapes.Find(shape, member.Name.Local) is null : !isFlat || member.Value is Group or Items))
                {
                    Own(member);
                }
            }
        }

        // A member of the sender's own: a list is so many elements side by side.
        private void Own(Member member)
        {
            if (member.Name == new Name("@context"))
            {
                return;
            }

            foreach (var value in member.Value is Items items ? items.All : [member.Value])
            {
                if (member.Name.IsStandard)
                {
                    xml.WriteStartElement(XmlConvert.EncodeLocalName(member.Name.Local)!);
                }
                else
                {
                    xml.WriteStartElement(prefixes.For(member.Name), XmlConvert.EncodeLocalName(member.Name.Local)!, Prefixes.Namespace(member.Name));
                }

                Free(value);
                _ = value is not (Group or Items) && Write(Said(value, null));
                xml.WriteEndElement();
            }
        }

        // The inside of an element that somebody made up.
        private void Free(Node value)
        {
            switch (value)
            {
                case Group group:
                    foreach (var member in group.Members.Where(IsAttribute))
                    {
                        Attribute(member.Name, Said(member.Value, null));
                    }

                    foreach (var member in group.Members.Where(m => !IsAttribute(m)))
                    {
                        if (member.Name == new Name("#text"))
                        {
                            xml.WriteString(Said(member.Value, null));
                        }
                        else
                        {
                            Own(member);
                        }
                    }

                    break;
                case Items items:
                    foreach (var item in items.All)
                    {
                        Own(new Member(new Name("item"), item));
                    }

                    break;
                default:
                    break;
            }
        }

        private static bool IsAttribute(Member member) => member.Name.Local.StartsWith('@') && member.Name.Local != "@context" && member.Value is not (Group or Items);

        private void Attribute(Name name, string value)
        {
            var local = XmlConvert.EncodeLocalName(name.Local.TrimStart('@'))!;
            if (name.IsStandard)
            {
                xml.WriteAttributeString(local, value);
            }
            else
            {
                xml.WriteAttributeString(prefixes.For(name), local, Prefixes.Namespace(name), value);
            }
        }

        private string Said(Node value, Shape? shape) => value switch
        {
            Text text => shape?.Words is not { } list ? text.Value
                : words == WordForm.Web || (words == WordForm.AsCaptured && text.Value.StartsWith(list.Web, StringComparison.Ordinal)) ? list.AsWeb(text.Value)
                : list.AsUrn(text.Value),
            Number number => number.Digits,
            Flag flag => flag.Value ? "true" : "false",
            _ => "",
        };
    }
}
