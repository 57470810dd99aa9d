using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Clew.Identification;
using Clew.Identification.Gs1;

namespace Clew.Facts;

/// <summary>One fact of a document as far as it could be read, and what is wrong with it.</summary>
/// <param name="Fact">Nothing when an error stands among the findings.</param>
public readonly record struct ReadFact(Fact? Fact, IReadOnlyList<Finding> Findings)
{
    /// <summary>Where it stands in the document: a JSON Pointer, or line and column; nothing for what is said of the document.</summary>
    public string? At { get; init; }
}

/// <summary>
/// Reads facts from JSON in our own form: one fact, an array, or <c>{"facts": […]}</c>; one at a time, so that a long document
/// costs no more memory than a short one. Total: whatever the bytes are, it answers with facts and findings and never throws.
/// </summary>
public sealed class FactReader : IFactSource
{
    /// <summary>Items in one fact. A container ship holds fewer pumps; a longer list is many facts.</summary>
    public const int ItemsMax = 200_000;

    /// <summary>Characters of an id, a case number, a word: longer is a mistake in the sender's mapping.</summary>
    public const int TextMax = 512;

    /// <summary>
    /// Bytes of the free part: as long as a whole document that is answered at once. Of an EPCIS event that is everything but its lists of
    /// things; open repositories take documents of a hundred or two hundred kilobytes.
    /// </summary>
    public const int DetailsMax = 1 << 20;

    private static readonly FrozenDictionary<string, Member> Members = Enum.GetValues<Member>().ToFrozenDictionary(m => char.ToLowerInvariant(m.ToString()[0]) + m.ToString()[1..], StringComparer.Ordinal);
    private static readonly FrozenDictionary<string, Member>.AlternateLookup<ReadOnlySpan<char>> MembersBySpan = Members.GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly ReadOnlyMemory<byte> document;
    private JsonReaderState state;
    private int consumed;
    private int index;
    private string prefix = "";
    private Form form = Form.Unknown;

    /// <summary>Reads from these bytes, which must not change meanwhile.</summary>
    public FactReader(ReadOnlyMemory<byte> document)
    {
        this.document = document;
        // RFC 8259 8.1: a byte order mark may be passed over, and Windows writes one.
        consumed = document.Span.StartsWith("\uFEFF"u8) ? 3 : 0;
        state = new JsonReaderState(new JsonReaderOptions { AllowTrailingCommas = false, CommentHandling = JsonCommentHandling.Disallow, MaxDepth = 64 });
    }

    private enum Form
    {
        Unknown,
        One,
        Many,
        Ended,
    }

    private enum Member
    {
        Case,
        Certificate,
        Corrects,
        Criterion,
        Describes,
        Details,
        DetailsBeside,
        Evidence,
        Expires,
        From,
        Happened,
        Id,
        Inputs,
        Items,
        Kind,
        Lot,
        Mode,
        Outcome,
        Parent,
        Participants,
        Place,
        Reason,
        References,
        To,
        Version,
    }

    /// <inheritdoc/>
    public double Progress => document.Length == 0 ? 1 : (double)consumed / document.Length;

    /// <summary>All facts of a short document.</summary>
    public static List<ReadFact> ReadAll(ReadOnlyMemory<byte> document)
    {
        var reader = new FactReader(document);
        var all = new List<ReadFact>();
        while (reader.TryNext(out var next))
        {
            all.Add(next);
        }

        return all;
    }

    /// <summary>Reads back one stored fact. What a newer version wrote, or what has retired, comes back as an observation.</summary>
    public static Fact ReadStored(ReadOnlyMemory<byte> canonical)
    {
        var json = new Utf8JsonReader(canonical.Span);
        json.Read();
        var body = new Body(json, "", canonical);
        body.Read();
        return body.Fact ?? throw new InvalidDataException("A stored fact does not read: " + string.Join("; ", body.Findings));
    }

    /// <inheritdoc/>
    public bool TryNext(out ReadFact next)
    {
        next = default;
        if (form == Form.Ended)
        {
            return false;
        }

        try
        {
            var json = new Utf8JsonReader(document.Span[consumed..], isFinalBlock: true, state);
            if (form == Form.Unknown && !Begin(ref json))
            {
                form = Form.Ended;
                next = new ReadFact(null, [new Finding(FactFindings.NoFacts, "")]);
                return true;
            }

            if (form == Form.Many && (!json.Read() || json.TokenType == JsonTokenType.EndArray))
            {
                ReadToEnd(ref json);
                form = Form.Ended;
                next = index == 0 ? new ReadFact(null, [new Finding(FactFindings.NoFacts, prefix)]) : default;
                return index == 0;
            }

            var body = new Body(json, form == Form.One ? "" : string.Create(CultureInfo.InvariantCulture, $"{prefix}/{index}"));
            body.Read();
            json = body.Reader;
            next = new ReadFact(body.Fact, body.Findings) { At = form == Form.One ? "" : string.Create(CultureInfo.InvariantCulture, $"{prefix}/{index}") };
            index++;
            state = json.CurrentState;
            consumed += (int)json.BytesConsumed;
            if (form == Form.One)
            {
                ReadToEnd(ref json);
                form = Form.Ended;
            }

            return true;
        }
        catch (JsonException e)
        {
            form = Form.Ended;
            next = new ReadFact(null,
            [
                new Finding(FactFindings.Syntax, string.Create(CultureInfo.InvariantCulture, $"{prefix}/{index}"),
                    ((e.LineNumber ?? 0) + 1).ToString(CultureInfo.InvariantCulture), ((e.BytePositionInLine ?? 0) + 1).ToString(CultureInfo.InvariantCulture), First(e.Message)),
            ]);
            return true;
        }
    }

    // Leaves the reader before the first element, or on the start of the only fact.
    private bool Begin(ref Utf8JsonReader json)
    {
        if (!json.Read())
        {
            return false;
        }

        if (json.TokenType == JsonTokenType.StartArray)
        {
            form = Form.Many;
            return true;
        }

        if (json.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        var ahead = json;
        while (ahead.Read() && ahead.TokenType == JsonTokenType.PropertyName)
        {
            // An escaped name may hold a broken character, and no name of ours needs escaping.
            if (!ahead.ValueIsEscaped && ahead.ValueTextEquals("facts"u8))
            {
                ahead.Read();
                if (ahead.TokenType != JsonTokenType.StartArray)
                {
                    return false;
                }

                json = ahead;
                prefix = "/facts";
                form = Form.Many;
                return true;
            }

            if (!ahead.ValueIsEscaped && ahead.ValueTextEquals("kind"u8))
            {
                break;
            }

            ahead.Read();
            ahead.Skip();
        }

        form = Form.One;
        return true;
    }

    // What follows must still be JSON: a document cut off behind its last fact is a document cut off.
    private static void ReadToEnd(ref Utf8JsonReader json)
    {
        while (json.Read())
        {
        }
    }

    private static string First(string message)
    {
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }

    /// <summary>One fact's members, collected.</summary>
    private ref struct Body
    {
        private Utf8JsonReader json;
        private readonly string path;
        private readonly bool stored;
        private readonly ReadOnlyMemory<byte> canonical;
        private List<Finding>? findings;

        private Kind? kind;
        private string? kindWord;
        private string? id;
        private EventTime? happened;
        private List<Quantified>? items;
        private Attachment? itemsBeside;
        private Identity? parent;
        private List<Quantified>? inputs;
        private Attachment? inputsBeside;
        private Identity? place;
        private End? from;
        private End? to;
        private List<Participant>? participants;
        private List<Reference>? references;
        private List<Evidence>? evidence;
        private Certificate? certificate;
        private string? lot;
        private DateOnly? expires;
        private string? version;
        private string? outcome;
        private string? reason;
        private string? caseNumber;
        private Criterion? criterion;
        private Correction? corrects;
        private JsonElement? describes;
        private Mode mode;
        private JsonElement? details;
        private ReadOnlyMemory<byte> storedDetails;
        private Attachment? detailsBeside;
        private JsonObject? more;

        /// <summary>Reads what a sender says.</summary>
        public Body(Utf8JsonReader json, string path)
        {
            this.json = json;
            this.path = path;
        }

        /// <summary>Reads what is stored, which was found to be right once.</summary>
        public Body(Utf8JsonReader json, string path, ReadOnlyMemory<byte> canonical)
            : this(json, path) => (stored, this.canonical) = (true, canonical);

        /// <summary>Where the reading stands: behind the fact, once it is read.</summary>
        public readonly Utf8JsonReader Reader => json;

        public readonly IReadOnlyList<Finding> Findings => findings ?? (IReadOnlyList<Finding>)[];

        public Fact? Fact { get; private set; }

        public void Read()
        {
            if (json.TokenType != JsonTokenType.StartObject)
            {
                Wrong(FactFindings.WrongType, "", Word(json.TokenType), "object");
                json.Skip();
                return;
            }

            Span<char> buffer = stackalloc char[16];
            uint seen = 0;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (!TryMember(buffer, out var member) || (member == Member.DetailsBeside && !stored))
                {
                    Keep();
                    continue;
                }

                if ((seen & (1u << (int)member)) != 0)
                {
                    Wrong(FactFindings.MemberTwice, "", Name(member));
                }

                seen |= 1u << (int)member;
                json.Read();
                if (json.TokenType == JsonTokenType.Null)
                {
                    continue;
                }

                Read(member);
            }

            Check();
        }

        private readonly bool TryMember(Span<char> buffer, out Member member)
        {
            member = default;
            if (json.ValueSpan.Length > buffer.Length || json.ValueIsEscaped)
            {
                return false;
            }

            var length = Encoding.UTF8.GetChars(json.ValueSpan, buffer);
            return MembersBySpan.TryGetValue(buffer[..length], out member);
        }

        private void Read(Member member)
        {
            switch (member)
            {
                case Member.Case: caseNumber = Text("/case"); break;
                case Member.Certificate: certificate = ReadCertificate(); break;
                case Member.Corrects: corrects = ReadCorrection(); break;
                case Member.Criterion: criterion = ReadCriterion(); break;
                case Member.Describes: describes = Object("/describes"); break;
                case Member.Details when stored: storedDetails = Stored(); break;
                case Member.Details: details = Object("/details"); break;
                case Member.DetailsBeside: detailsBeside = ReadBeside(); break;
                case Member.Evidence: evidence = ReadEvidence(); break;
                case Member.Expires: expires = Date("/expires"); break;
                case Member.From: from = ReadEnd("/from"); break;
                case Member.Happened: happened = Time("/happened"); break;
                case Member.Id: id = Text("/id"); break;
                case Member.Inputs: inputs = ReadItems("/inputs", out inputsBeside); break;
                case Member.Items: items = ReadItems("/items", out itemsBeside); break;
                case Member.Kind: ReadKind(); break;
                case Member.Lot: lot = Text("/lot"); break;
                case Member.Mode: mode = Enumerated<Mode>("/mode"); break;
                case Member.Outcome: outcome = Text("/outcome"); break;
                case Member.Parent: parent = ReadIdentity("/parent"); break;
                case Member.Participants: participants = ReadParticipants(); break;
                case Member.Place: place = ReadIdentity("/place", Granularity.Place); break;
                case Member.Reason: reason = Text("/reason", 8 * TextMax); break;
                case Member.References: references = ReadReferences(); break;
                case Member.To: to = ReadEnd("/to"); break;
                case Member.Version: version = Text("/version"); break;
            }
        }

        private void ReadKind()
        {
            kindWord = Text("/kind");
            kind = kindWord is null ? null : Vocabulary.Find(kindWord);
            if (kind is null && kindWord is not null && !stored)
            {
                Wrong(FactFindings.UnknownKind, "/kind", kindWord, Nearest(kindWord));
            }
        }

        // Everything a fact must be, whatever the state of the world.
        private void Check()
        {
            if (stored)
            {
                kind ??= Vocabulary.Observed;
            }
            else
            {
                Need(kindWord, "kind");
                Need(happened, "happened");
                CheckNeeds();
                CheckItems();
            }

            var free = FreePart();
            var description = describes is { } written && CanBeKept(written, "/describes") ? ReadDescription(written) : null;
            if (findings?.Exists(f => f.Severity == Severity.Error) == true || kind is null)
            {
                return;
            }

            Fact = new Fact
            {
                Kind = kind,
                Id = id ?? "",
                Happened = happened ?? default,
                Items = items ?? (IReadOnlyList<Quantified>)[],
                ItemsBeside = itemsBeside,
                Parent = parent,
                Inputs = inputs ?? (IReadOnlyList<Quantified>)[],
                InputsBeside = inputsBeside,
                Place = place,
                From = from,
                To = to,
                Participants = participants ?? (IReadOnlyList<Participant>)[],
                References = references ?? (IReadOnlyList<Reference>)[],
                Evidence = evidence ?? (IReadOnlyList<Evidence>)[],
                Certificate = certificate,
                Lot = lot,
                Expires = expires,
                Version = version,
                Outcome = outcome,
                Reason = reason,
                Case = caseNumber,
                Criterion = criterion,
                Corrects = corrects,
                Describes = description,
                Mode = mode,
                Details = free,
                DetailsBeside = detailsBeside,
            };
        }

        private void CheckNeeds()
        {
            if (kind is null)
            {
                return;
            }

            var needs = kind.Requires;
            Need(needs, Required.Items, items is { Count: > 0 } || itemsBeside is not null, "items");
            Need(needs, Required.Parent, parent is not null, "parent");
            Need(needs, Required.Place, place is not null, "place");
            Need(needs, Required.To, to is not null, "to");
            Need(needs, Required.Certificate, certificate is not null, "certificate");
            Need(needs, Required.Case, caseNumber is not null, "case");
            Need(needs, Required.Criterion, criterion is not null, "criterion");
            Need(needs, Required.Corrects, corrects is not null, "corrects");
            Need(needs, Required.Describes, describes is not null, "describes");
            Need(needs, Required.Outcome, outcome is not null, "outcome");
            if (outcome is not null && kind.Outcomes.Count > 0 && !kind.Outcomes.Contains(outcome))
            {
                Wrong(FactFindings.UnknownWord, "/outcome", outcome, string.Join(", ", kind.Outcomes));
            }
        }

        private void Need(Required needs, Required one, bool given, string name)
        {
            if ((needs & one) != 0 && !given)
            {
                // A member that was given and could not be read has its own finding already.
                var at = "/" + name;
                if (findings?.Exists(f => f.Path.Contains(at, StringComparison.Ordinal)) != true)
                {
                    Wrong(FactFindings.Missing, at, kind!.Word, name);
                }
            }
        }

        private void Need<T>(T? value, string name)
        {
            if (value is null && findings?.Exists(f => f.Path.EndsWith("/" + name, StringComparison.Ordinal)) != true)
            {
                Wrong(FactFindings.Missing, "/" + name, kindWord ?? "fact", name);
            }
        }

        private void CheckItems()
        {
            if (items is null or { Count: 0 })
            {
                return;
            }

            var container = parent?.Text;
            if (items.Count <= 8)
            {
                for (var i = 0; i < items.Count; i++)
                {
                    for (var j = 0; j < i; j++)
                    {
                        if (items[i].Item == items[j].Item)
                        {
                            Wrong(FactFindings.ItemTwice, At("/items", i), items[i].Item.Text);
                        }
                    }
                }
            }
            else
            {
                var seen = new HashSet<string>(items.Count, StringComparer.Ordinal);
                for (var i = 0; i < items.Count; i++)
                {
                    if (!seen.Add(items[i].Item.Text))
                    {
                        Wrong(FactFindings.ItemTwice, At("/items", i), items[i].Item.Text);
                    }
                }
            }

            for (var i = 0; container is not null && i < items.Count; i++)
            {
                if (items[i].Item.Text == container)
                {
                    Wrong(FactFindings.InsideItself, At("/items", i), container);
                }
            }
        }

        // A broken character or a member twice would only come to light when somebody asks for it.
        private bool CanBeKept(JsonElement value, string at)
        {
            try
            {
                CanonicalJson.Of(value);
                return true;
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                Wrong(FactFindings.Details, at, e.Message);
                return false;
            }
        }

        // Canonical already.
        private ReadOnlyMemory<byte> Stored()
        {
            var start = (int)json.TokenStartIndex;
            json.Skip();
            return canonical[start..(int)json.BytesConsumed];
        }

        private ReadOnlyMemory<byte> FreePart()
        {
            if (stored && more is null)
            {
                return storedDetails;
            }

            if (stored && !storedDetails.IsEmpty)
            {
                using var parsed = JsonDocument.Parse(storedDetails);
                details = parsed.RootElement.Clone();
            }

            if (details is null && more is null)
            {
                return default;
            }

            try
            {
                byte[] canonical;
                if (more is null)
                {
                    canonical = CanonicalJson.Of(details!.Value);
                }
                else
                {
                    foreach (var member in details?.EnumerateObject() ?? default)
                    {
                        more[member.Name] = JsonNode.Parse(member.Value.GetRawText());
                    }

                    using var merged = JsonDocument.Parse(more.ToJsonString());
                    canonical = CanonicalJson.Of(merged.RootElement);
                }

                if (canonical.Length > DetailsMax && !stored)
                {
                    Wrong(FactFindings.TooLong, "/details", "details", canonical.Length.ToString(CultureInfo.InvariantCulture) + " bytes", DetailsMax.ToString(CultureInfo.InvariantCulture));
                }

                return canonical;
            }
            catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
            {
                Wrong(FactFindings.Details, "/details", e.Message);
                return default;
            }
        }

        // A member that we have no place for: kept with the details, under its own name.
        private void Keep()
        {
            var name = Unescaped() ?? "";
            json.Read();
            try
            {
                (more ??= [])[name] = JsonNode.Parse(ref json);
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException)
            {
                Wrong(FactFindings.Details, "/" + name, e.Message);
            }
        }

        private JsonElement? Object(string at)
        {
            if (json.TokenType != JsonTokenType.StartObject)
            {
                Wrong(FactFindings.WrongType, at, Word(json.TokenType), "object");
                json.Skip();
                return null;
            }

            return JsonElement.ParseValue(ref json);
        }

        private string? Text(string at, int max = TextMax)
        {
            if (json.TokenType != JsonTokenType.String)
            {
                Wrong(FactFindings.WrongType, at, Word(json.TokenType), "string");
                json.Skip();
                return null;
            }

            var text = Unescaped();
            if (text is null)
            {
                Wrong(FactFindings.WrongType, at, "broken character", "string");
                return null;
            }

            if (text.Contains('\0', StringComparison.Ordinal))
            {
                Wrong(FactFindings.Control, at);
                return null;
            }

            if (text.Length > max)
            {
                Wrong(FactFindings.TooLong, at, at[1..], text.Length.ToString(CultureInfo.InvariantCulture) + " characters", max.ToString(CultureInfo.InvariantCulture));
                return null;
            }

            return text;
        }

        // Invalid UTF-8 or half a surrogate pair is the sender's, not ours.
        private readonly string? Unescaped()
        {
            try
            {
                return json.GetString();
            }
            catch (InvalidOperationException)
            {
                return null;
            }
        }

        private EventTime? Time(string at)
        {
            var text = Text(at);
            if (text is null)
            {
                return null;
            }

            if (EventTime.TryRead(text, out var time))
            {
                return time;
            }

            Wrong(DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _) && !EventTime.HasOffset(text)
                ? FactFindings.TimeWithoutOffset
                : FactFindings.TimeUnreadable, at, text);
            return null;
        }

        private DateOnly? Date(string at)
        {
            var text = Text(at);
            if (text is null)
            {
                return null;
            }

            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            {
                return date;
            }

            Wrong(FactFindings.DateUnreadable, at, text);
            return null;
        }

        private T Enumerated<T>(string at) where T : struct, Enum
        {
            T value = default;
            if (Text(at) is { } text && !FactWords.TryRead(text, out value))
            {
                Wrong(FactFindings.UnknownWord, at, text, FactWords.All<T>());
            }

            return value;
        }

        private Identity? ReadIdentity(string at, Granularity? expected = null)
        {
            var text = Text(at);
            if (text is null)
            {
                return null;
            }

            var read = Identity.Read(text, "", expected);
            foreach (var finding in read.Findings)
            {
                Add(finding.Under(path + at));
            }

            return read.IsRead ? read.Value : null;
        }

        private End? ReadEnd(string at)
        {
            if (json.TokenType == JsonTokenType.String)
            {
                var either = ReadIdentity(at);
                return either is null ? null
                    : either.Value.Granularity == Granularity.Place ? new End(null, either)
                    : new End(either, null);
            }

            if (!Begin(at, JsonTokenType.StartObject, "object"))
            {
                return null;
            }

            Identity? party = null, where = null;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var name = Unescaped();
                json.Read();
                switch (name)
                {
                    case "party": party = ReadIdentity(at + "/party", Granularity.Party); break;
                    case "place": where = ReadIdentity(at + "/place", Granularity.Place); break;
                    default: json.Skip(); break;
                }
            }

            return party is null && where is null ? null : new End(party, where);
        }

        private List<Quantified>? ReadItems(string at, out Attachment? beside)
        {
            beside = null;
            if (stored && json.TokenType == JsonTokenType.StartObject)
            {
                beside = ReadBeside();
                return null;
            }

            if (!Begin(at, JsonTokenType.StartArray, "array"))
            {
                return null;
            }

            var read = new List<Quantified>();
            for (var i = 0; json.Read() && json.TokenType != JsonTokenType.EndArray; i++)
            {
                if (i == ItemsMax)
                {
                    Wrong(FactFindings.TooLong, at, at[1..], "more than " + ItemsMax.ToString(CultureInfo.InvariantCulture) + " items", ItemsMax.ToString(CultureInfo.InvariantCulture));
                }

                if (i < ItemsMax)
                {
                    ReadItem(at, i, read);
                }
                else
                {
                    json.Skip();
                }
            }

            return read;
        }

        private Attachment ReadBeside()
        {
            var written = JsonElement.ParseValue(ref json);
            return new Attachment(written.GetProperty("count").GetInt32(), written.GetProperty("sha256").GetString()!);
        }

        private void ReadItem(string at, int i, List<Quantified> read)
        {
            if (json.TokenType == JsonTokenType.String)
            {
                // The usual case; its path is only built when there is something to say.
                var text = Unescaped() ?? "";
                var plain = Identity.Read(text);
                foreach (var finding in plain.Findings)
                {
                    Add(finding.Under(path + At(at, i)));
                }

                if (plain.IsRead)
                {
                    read.Add(new Quantified(plain.Value));
                }

                return;
            }

            var here = At(at, i);
            if (!Begin(here, JsonTokenType.StartObject, "string or object"))
            {
                return;
            }

            Identity? item = null;
            decimal? quantity = null;
            string? unit = null;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var name = Unescaped();
                json.Read();
                switch (name)
                {
                    case "item": item = ReadIdentity(here + "/item"); break;
                    case "quantity": quantity = ReadQuantity(here + "/quantity"); break;
                    case "unit": unit = Text(here + "/unit"); break;
                    default: json.Skip(); break;
                }
            }

            if (item is { } named)
            {
                if (named.Granularity == Granularity.Unit && quantity is not (null or 1))
                {
                    Wrong(FactFindings.Quantity, here + "/quantity", quantity.Value.ToString(CultureInfo.InvariantCulture));
                }

                read.Add(new Quantified(named, quantity, unit));
            }
            else
            {
                Wrong(FactFindings.Missing, here + "/item", "items", "item");
            }
        }

        private decimal? ReadQuantity(string at)
        {
            var text = json.TokenType == JsonTokenType.Number ? Encoding.ASCII.GetString(json.ValueSpan) : Text(at);
            if (text is null)
            {
                return null;
            }

            if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var quantity)
                && quantity > 0 && quantity < 1_000_000_000_000 && quantity.Scale <= 6)
            {
                return quantity;
            }

            Wrong(FactFindings.Quantity, at, text);
            return null;
        }

        private List<Participant>? ReadParticipants()
        {
            if (!Begin("/participants", JsonTokenType.StartArray, "array"))
            {
                return null;
            }

            var read = new List<Participant>();
            for (var i = 0; json.Read() && json.TokenType != JsonTokenType.EndArray; i++)
            {
                var at = At("/participants", i);
                var (role, who) = ReadPair(at, "role", "who");
                if (role is not null && who is not null)
                {
                    read.Add(new Participant(role, who));
                }
            }

            return read;
        }

        private List<Reference>? ReadReferences()
        {
            if (!Begin("/references", JsonTokenType.StartArray, "array"))
            {
                return null;
            }

            var read = new List<Reference>();
            for (var i = 0; json.Read() && json.TokenType != JsonTokenType.EndArray; i++)
            {
                var (type, number) = ReadPair(At("/references", i), "type", "number");
                if (type is not null && number is not null)
                {
                    read.Add(new Reference(type, number));
                }
            }

            return read;
        }

        private (string? First, string? Second) ReadPair(string at, string first, string second)
        {
            if (!Begin(at, JsonTokenType.StartObject, "object"))
            {
                return default;
            }

            string? one = null, two = null;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var name = Unescaped();
                json.Read();
                if (name == first)
                {
                    one = Text($"{at}/{first}");
                }
                else if (name == second)
                {
                    two = Text($"{at}/{second}");
                }
                else
                {
                    json.Skip();
                }
            }

            MissingIn(at, first, one);
            MissingIn(at, second, two);
            return (one, two);
        }

        private List<Evidence>? ReadEvidence()
        {
            if (!Begin("/evidence", JsonTokenType.StartArray, "array"))
            {
                return null;
            }

            var read = new List<Evidence>();
            for (var i = 0; json.Read() && json.TokenType != JsonTokenType.EndArray; i++)
            {
                var at = At("/evidence", i);
                if (!Begin(at, JsonTokenType.StartObject, "object"))
                {
                    continue;
                }

                string? kindOfFile = null, name = null, sha256 = null, mediaType = null;
                while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
                {
                    var member = Unescaped();
                    json.Read();
                    switch (member)
                    {
                        case "kind": kindOfFile = Text(at + "/kind"); break;
                        case "name": name = Text(at + "/name"); break;
                        case "sha256": sha256 = Hash(at + "/sha256"); break;
                        case "mediaType": mediaType = Text(at + "/mediaType"); break;
                        default: json.Skip(); break;
                    }
                }

                MissingIn(at, "sha256", sha256);
                if (sha256 is not null)
                {
                    read.Add(new Evidence(kindOfFile ?? "document", name ?? sha256[..12], sha256, mediaType));
                }
            }

            return read;
        }

        private Certificate? ReadCertificate()
        {
            if (!Begin("/certificate", JsonTokenType.StartObject, "object"))
            {
                return null;
            }

            string? number = null, sha256 = null;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var member = Unescaped();
                json.Read();
                switch (member)
                {
                    case "number": number = Text("/certificate/number"); break;
                    case "sha256": sha256 = Hash("/certificate/sha256"); break;
                    default: json.Skip(); break;
                }
            }

            MissingIn("/certificate", "number", number);
            MissingIn("/certificate", "sha256", sha256);
            return number is null || sha256 is null ? null : new Certificate(number, sha256);
        }

        private Correction? ReadCorrection()
        {
            if (!Begin("/corrects", JsonTokenType.StartObject, "object"))
            {
                return null;
            }

            string? target = null;
            CorrectionReason? why = null;
            List<string> replacedBy = [];
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var member = Unescaped();
                json.Read();
                switch (member)
                {
                    case "id": target = Text("/corrects/id"); break;
                    case "reason": why = Enumerated<CorrectionReason>("/corrects/reason"); break;
                    case "replacedBy": replacedBy = ReadTexts("/corrects/replacedBy"); break;
                    default: json.Skip(); break;
                }
            }

            MissingIn("/corrects", "id", target);
            MissingIn("/corrects", "reason", why);
            return target is null || why is null ? null : new Correction(target, why.Value, replacedBy);
        }

        private List<string> ReadTexts(string at)
        {
            var read = new List<string>();
            if (Begin(at, JsonTokenType.StartArray, "array"))
            {
                for (var i = 0; json.Read() && json.TokenType != JsonTokenType.EndArray; i++)
                {
                    if (Text(At(at, i)) is { } text)
                    {
                        read.Add(text);
                    }
                }
            }

            return read;
        }

        private Criterion? ReadCriterion()
        {
            if (!Begin("/criterion", JsonTokenType.StartObject, "object"))
            {
                return null;
            }

            List<Identity> lots = [], serials = [], products = [], suppliers = [];
            EventTime? madeFrom = null, madeUntil = null;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var member = Unescaped();
                json.Read();
                switch (member)
                {
                    case "lots": lots = ReadIdentities("/criterion/lots", Granularity.Lot); break;
                    case "serials": serials = ReadIdentities("/criterion/serials", Granularity.Unit); break;
                    case "products": products = ReadIdentities("/criterion/products", Granularity.Product); break;
                    case "suppliers": suppliers = ReadIdentities("/criterion/suppliers", Granularity.Party); break;
                    case "madeFrom": madeFrom = Time("/criterion/madeFrom"); break;
                    case "madeUntil": madeUntil = Time("/criterion/madeUntil"); break;
                    default: json.Skip(); break;
                }
            }

            if (lots.Count + serials.Count + products.Count + suppliers.Count == 0)
            {
                Wrong(FactFindings.Missing, "/criterion", "criterion", "lots, serials, products, suppliers");
            }

            return new Criterion(lots, serials, products, madeFrom, madeUntil, suppliers);
        }

        private List<Identity> ReadIdentities(string at, Granularity expected)
        {
            var read = new List<Identity>();
            if (Begin(at, JsonTokenType.StartArray, "array"))
            {
                for (var i = 0; json.Read() && json.TokenType != JsonTokenType.EndArray; i++)
                {
                    if (ReadIdentity(At(at, i), expected) is { } identity)
                    {
                        read.Add(identity);
                    }
                }
            }

            return read;
        }

        private Description? ReadDescription(JsonElement written)
        {
            var at = "/describes";
            string? Word(string name) => written.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
            var errors = new List<Finding>();
            Identity? Named(string name, Granularity expected, bool needed)
            {
                if (Word(name) is not { } text)
                {
                    if (needed)
                    {
                        errors.Add(new Finding(FactFindings.Missing, $"{at}/{name}", "describes", name));
                    }

                    return null;
                }

                var read = Identity.Read(text, $"{at}/{name}", expected);
                errors.AddRange(read.Findings);
                return read.IsRead ? read.Value : null;
            }

            var (en, zh) = (Word("nameEn") ?? Word("nameZh"), Word("nameZh") ?? Word("nameEn"));
            if (en is null || zh is null)
            {
                errors.Add(new Finding(FactFindings.Missing, at + "/nameEn", "describes", "nameEn"));
                (en, zh) = ("", "");
            }

            Description? description = null;
            if (kind == Vocabulary.ProductDescribed)
            {
                var components = new List<Identity>();
                if (written.TryGetProperty("components", out var list) && list.ValueKind == JsonValueKind.Array)
                {
                    foreach (var element in list.EnumerateArray())
                    {
                        var read = Identity.Read(element.ValueKind == JsonValueKind.String ? element.GetString()! : "", at + "/components", Granularity.Product);
                        errors.AddRange(read.Findings);
                        if (read.IsRead)
                        {
                            components.Add(read.Value);
                        }
                    }
                }

                bool Flag(string name) => written.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
                if (Named("subject", Granularity.Product, needed: true) is { } product)
                {
                    description = new ProductDescription(product, en, zh, Word("model") ?? "", components, Flag("needsCertificate"), Flag("isDevice"), Named("maker", Granularity.Party, needed: false));
                }
            }
            else if (kind == Vocabulary.PartyDescribed)
            {
                var word = Word("role") ?? "unknown";
                if (!FactWords.TryRead(word, out PartyRole role))
                {
                    errors.Add(new Finding(FactFindings.UnknownWord, at + "/role", word, FactWords.All<PartyRole>()));
                }

                var prefix = Word("companyPrefix");
                if (prefix is not null && (prefix.Length is < EpcUri.PrefixMin or > EpcUri.PrefixMax || !CheckDigit.AreDigits(prefix)))
                {
                    errors.Add(new Finding(IdentificationFindings.CompanyPrefix, at + "/companyPrefix", prefix));
                }

                if (Named("subject", Granularity.Party, needed: true) is { } party)
                {
                    description = new PartyDescription(party, en, zh, role, Word("country"), Word("contact"), prefix);
                }
            }
            else if (Named("subject", Granularity.Place, needed: true) is { } located)
            {
                description = new PlaceDescription(located, en, zh, Named("owner", Granularity.Party, needed: false), Named("within", Granularity.Place, needed: false), Word("use"));
            }

            foreach (var error in errors)
            {
                Add(error.Under(path));
            }

            return description;
        }

        private string? Hash(string at)
        {
            var text = Text(at);
            if (text is null)
            {
                return null;
            }

            if (text.Length == 64 && text.All(char.IsAsciiHexDigit))
            {
                return text.ToLowerInvariant();
            }

            Wrong(FactFindings.NoHash, at, text);
            return null;
        }

        private bool Begin(string at, JsonTokenType type, string needed)
        {
            if (json.TokenType == type)
            {
                return true;
            }

            Wrong(FactFindings.WrongType, at, Word(json.TokenType), needed);
            json.Skip();
            return false;
        }

        private void MissingIn<T>(string at, string name, T? value)
        {
            var here = $"{path}{at}/{name}";
            if (value is null && findings?.Exists(f => f.Path == here) != true)
            {
                Wrong(FactFindings.Missing, $"{at}/{name}", at[1..], name);
            }
        }

        private void Wrong(FindingKind sort, string at, params string[] arguments) => Add(new Finding(sort, path + at, arguments));

        private void Add(Finding finding) => (findings ??= []).Add(finding);

        private static string At(string at, int i) => string.Create(CultureInfo.InvariantCulture, $"{at}/{i}");

        private static string Name(Member member) => char.ToLowerInvariant(member.ToString()[0]) + member.ToString()[1..];

        private static string Word(JsonTokenType type) => type switch
        {
            JsonTokenType.StartObject => "object",
            JsonTokenType.StartArray => "array",
            JsonTokenType.True or JsonTokenType.False => "boolean",
            _ => type.ToString().ToLowerInvariant(),
        };

        private static string Nearest(string word) => Spelling.Nearest(word, Vocabulary.All.Select(k => k.Word));
    }
}
