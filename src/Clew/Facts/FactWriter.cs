using System.Buffers;
using System.Globalization;

namespace Clew.Facts;

/// <summary>A fact → its canonical JSON: what goes into the ledger, and what is compared when an id comes twice.</summary>
public static class FactWriter
{
    /// <summary>Writes the fact; members in ordinal order of their names.</summary>
    public static void Write(CanonicalJson json, Fact fact)
    {
        json.StartObject();
        Text(json, "case"u8, fact.Case);
        if (fact.Certificate is { } certificate)
        {
            json.Name("certificate"u8);
            json.StartObject();
            Text(json, "number"u8, certificate.Number);
            Text(json, "sha256"u8, certificate.Sha256);
            json.EndObject();
        }

        if (fact.Corrects is { } correction)
        {
            json.Name("corrects"u8);
            json.StartObject();
            Text(json, "id"u8, correction.Id);
            Text(json, "reason"u8, FactWords.Of(correction.Reason));
            if (correction.ReplacedBy.Count > 0)
            {
                json.Name("replacedBy"u8);
                json.StartArray();
                foreach (var id in correction.ReplacedBy)
                {
                    json.String(id);
                }

                json.EndArray();
            }

            json.EndObject();
        }

        Write(json, fact.Criterion);
        Write(json, fact.Describes);
        if (!fact.Details.IsEmpty)
        {
            json.Name("details"u8);
            json.Raw(fact.Details.Span);
        }

        Write(json, "detailsBeside"u8, fact.DetailsBeside);

        if (fact.Evidence.Count > 0)
        {
            json.Name("evidence"u8);
            json.StartArray();
            foreach (var evidence in fact.Evidence)
            {
                json.StartObject();
                Text(json, "kind"u8, evidence.Kind);
                Text(json, "mediaType"u8, evidence.MediaType);
                Text(json, "name"u8, evidence.Name);
                Text(json, "sha256"u8, evidence.Sha256);
                json.EndObject();
            }

            json.EndArray();
        }

        if (fact.Expires is { } expires)
        {
            json.Name("expires"u8);
            json.Plain(expires.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        }

        Write(json, "from"u8, fact.From);
        json.Name("happened"u8);
        json.Plain(fact.Happened.ToString());
        Text(json, "id"u8, fact.Id);
        Write(json, "inputs"u8, fact.Inputs, fact.InputsBeside);
        Write(json, "items"u8, fact.Items, fact.ItemsBeside);
        json.Name("kind"u8);
        json.Plain(fact.Kind.Word);
        Text(json, "lot"u8, fact.Lot);
        if (fact.Mode == Mode.Intended)
        {
            json.Name("mode"u8);
            json.Plain("intended");
        }

        Text(json, "outcome"u8, fact.Outcome);
        Text(json, "parent"u8, fact.Parent?.Text);
        if (fact.Participants.Count > 0)
        {
            json.Name("participants"u8);
            json.StartArray();
            foreach (var participant in fact.Participants)
            {
                json.StartObject();
                Text(json, "role"u8, participant.Role);
                Text(json, "who"u8, participant.Who);
                json.EndObject();
            }

            json.EndArray();
        }

        Text(json, "place"u8, fact.Place?.Text);
        Text(json, "reason"u8, fact.Reason);
        if (fact.References.Count > 0)
        {
            json.Name("references"u8);
            json.StartArray();
            foreach (var reference in fact.References)
            {
                json.StartObject();
                Text(json, "number"u8, reference.Number);
                Text(json, "type"u8, reference.Type);
                json.EndObject();
            }

            json.EndArray();
        }

        Write(json, "to"u8, fact.To);
        Text(json, "version"u8, fact.Version);
        json.EndObject();
    }

    /// <summary>The fact's canonical bytes.</summary>
    public static byte[] Bytes(Fact fact)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        Write(new CanonicalJson(buffer), fact);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Text(CanonicalJson json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.Name(name);
            json.String(value);
        }
    }

    private static void Write(CanonicalJson json, ReadOnlySpan<byte> name, End? end)
    {
        if (end is not null)
        {
            json.Name(name);
            json.StartObject();
            Text(json, "party"u8, end.Party?.Text);
            Text(json, "place"u8, end.Place?.Text);
            json.EndObject();
        }
    }

    private static void Write(CanonicalJson json, ReadOnlySpan<byte> name, IReadOnlyList<Quantified> items, Attachment? beside)
    {
        if (beside is not null || items.Count == 0)
        {
            Write(json, name, beside);
            return;
        }

        json.Name(name);
        json.StartArray();
        for (var i = 0; i < items.Count; i++)
        {
            var item = items[i];
            if (item.Quantity is null && item.Unit is null)
            {
                json.String(item.Item.Text);
                continue;
            }

            json.StartObject();
            Text(json, "item"u8, item.Item.Text);
            if (item.Quantity is { } quantity)
            {
                json.Name("quantity"u8);
                json.Quantity(quantity);
            }

            Text(json, "unit"u8, item.Unit);
            json.EndObject();
        }

        json.EndArray();
    }

    private static void Write(CanonicalJson json, ReadOnlySpan<byte> name, Attachment? beside)
    {
        if (beside is not null)
        {
            json.Name(name);
            json.StartObject();
            json.Name("count"u8);
            json.Number(beside.Count);
            Text(json, "sha256"u8, beside.Sha256);
            json.EndObject();
        }
    }

    private static void Write(CanonicalJson json, Criterion? criterion)
    {
        if (criterion is null)
        {
            return;
        }

        json.Name("criterion"u8);
        json.StartObject();
        List(json, "lots"u8, criterion.Lots);
        Text(json, "madeFrom"u8, criterion.MadeFrom?.ToString());
        Text(json, "madeUntil"u8, criterion.MadeUntil?.ToString());
        List(json, "products"u8, criterion.Products);
        List(json, "serials"u8, criterion.Serials);
        List(json, "suppliers"u8, criterion.Suppliers);
        json.EndObject();
    }

    private static void Write(CanonicalJson json, Description? description)
    {
        if (description is null)
        {
            return;
        }

        json.Name("describes"u8);
        json.StartObject();
        switch (description)
        {
            case ProductDescription product:
                List(json, "components"u8, product.Components);
                json.Name("isDevice"u8);
                json.Boolean(product.IsDevice);
                Text(json, "maker"u8, product.Maker?.Text);
                Text(json, "model"u8, product.Model);
                Text(json, "nameEn"u8, product.NameEn);
                Text(json, "nameZh"u8, product.NameZh);
                json.Name("needsCertificate"u8);
                json.Boolean(product.NeedsCertificate);
                break;
            case PartyDescription party:
                Text(json, "companyPrefix"u8, party.CompanyPrefix);
                Text(json, "contact"u8, party.Contact);
                Text(json, "country"u8, party.Country);
                Text(json, "nameEn"u8, party.NameEn);
                Text(json, "nameZh"u8, party.NameZh);
                Text(json, "role"u8, FactWords.Of(party.Role));
                break;
            case PlaceDescription place:
                Text(json, "nameEn"u8, place.NameEn);
                Text(json, "nameZh"u8, place.NameZh);
                Text(json, "owner"u8, place.Owner?.Text);
                break;
        }

        Text(json, "subject"u8, description.Subject.Text);
        if (description is PlaceDescription located)
        {
            Text(json, "use"u8, located.Use);
            Text(json, "within"u8, located.Within?.Text);
        }

        json.EndObject();
    }

    private static void List(CanonicalJson json, ReadOnlySpan<byte> name, IReadOnlyList<Identification.Identity> identities)
    {
        if (identities.Count == 0)
        {
            return;
        }

        json.Name(name);
        json.StartArray();
        foreach (var identity in identities)
        {
            json.String(identity.Text);
        }

        json.EndArray();
    }
}
