using System.Globalization;
using System.Text.Json;
using Clew.Access;
using Clew.Epcis;
using Clew.Identification;
using Clew.Server.Access;
using Clew.Server.Capture;
using Clew.Server.Integration.Subscriptions;
using Clew.Server.Web;

namespace Clew.Server.Integration.Epcis;

/// <summary>A list of EPCIS's REST interface.</summary>
public sealed record CollectionAnswer(
    [property: System.Text.Json.Serialization.JsonPropertyName("@context")] string Context, string Type, IReadOnlyList<string> Member)
{
    internal static CollectionAnswer Of(IReadOnlyList<string> member) => new(Contexts.StandardAddress, "Collection", member);
}

/// <summary>Events asked for as EPCIS 2.0 has it: by query, by id, by what they name.</summary>
public static class EventEndpoints
{
    // The lists (TABLE address, parameter of the query that it stands for, where its members come from).
    private static readonly Resource[] Resources =
    [
        new("eventTypes",   "EventType",   "eventType",      Mention.EventType,   ["AggregationEvent", "AssociationEvent", "ObjectEvent", "TransactionEvent", "TransformationEvent"], null, "types of events"),
        new("epcs",         "Epc",         "MATCH_anyEPC",   null,                [],                     null,            "things that the ledger knows"),
        new("bizSteps",     "BizStep",     "EQ_bizStep",     Mention.BizStep,     Cbv.BizStep.Words,      Cbv.BizStep,     "business steps: those of the CBV, and those that events name"),
        new("bizLocations", "BizLocation", "EQ_bizLocation", Mention.BizLocation, [],                     null,            "places where things are, as events name them"),
        new("readPoints",   "ReadPoint",   "EQ_readPoint",   Mention.ReadPoint,   [],                     null,            "places where things were read, as events name them"),
        new("dispositions", "Disposition", "EQ_disposition", Mention.Disposition, Cbv.Disposition.Words,  Cbv.Disposition, "dispositions: those of the CBV, and those that events name"),
    ];

    private sealed record Resource(string Address, string Name, string Parameter, Mention? Kind, IReadOnlyList<string> Standard, Cbv? Words, string What);

    private static readonly string[] TopLevel = ["events", "eventTypes", "epcs", "bizSteps", "bizLocations", "readPoints", "dispositions", "capture", "queries"];

    /// <summary>A query that is not there.</summary>
    public static readonly FindingKind NoSuchName = new("query.noSuchName", Severity.Error,
        "There is no query '{0}'.", "GET /queries lists them.", "没有名为“{0}”的查询。", "可用 GET /queries 查看全部查询。");

    private static readonly FindingKind NameTaken = new("epcis.queryTaken", Severity.Error,
        "There is a query '{0}' already.", "Choose another name, or delete that one first.", "查询“{0}”已存在。", "请改用其他名称，或先删除原查询。");

    private static readonly FindingKind Token = new("query.token", Severity.Error,
        "'{0}' is no page of an answer.", "Follow the address in the Link header as it is.", "“{0}”不是有效的分页标记。", "请原样使用 Link 响应头中的地址。");

    /// <summary>Names of queries, in an address.</summary>
    private const int NameMax = 200;

    /// <summary>Queries that one owner keeps.</summary>
    private const int QueriesMax = 1_000;

    // In which form names are written (TABLE header, form).
    private static readonly Dictionary<string, EpcForm> Forms = new(StringComparer.Ordinal)
    {
        [""] = EpcForm.DigitalLink,
        ["Always_GS1_Digital_Link"] = EpcForm.DigitalLink,
        ["Always_EPC_URN"] = EpcForm.Urn,
        ["No_Preference"] = EpcForm.AsCaptured,
        ["Never_Translates"] = EpcForm.AsCaptured,
    };

    // The same of words of the CBV in XML.
    private static readonly Dictionary<string, WordForm> WordForms = new(StringComparer.Ordinal)
    {
        [""] = WordForm.Urn,
        ["Always_URN"] = WordForm.Urn,
        ["Always_Web_URI"] = WordForm.Web,
        ["No_Preference"] = WordForm.AsCaptured,
        ["Never_Translates"] = WordForm.AsCaptured,
    };

    private static readonly Asked[] Writing =
    [
        new("GS1-EPC-Format", "How names are written: Always_GS1_Digital_Link (usual), Always_EPC_URN (as far as the company prefix is known), Never_Translates (as their senders wrote them; so No_Preference).", Microsoft.OpenApi.ParameterLocation.Header),
        new("GS1-CBV-XML-Format", "How XML writes words of the CBV: Always_URN (usual), Always_Web_URI, Never_Translates (as their senders wrote them; so No_Preference).", Microsoft.OpenApi.ParameterLocation.Header),
        new("GS1-Extensions", "What prefixes in the query mean: ext=https://example.org/ext/, …", Microsoft.OpenApi.ParameterLocation.Header),
    ];

    // What every answer with events takes. The names of many parameters are open: the query says what it knows.
    private static RouteHandlerBuilder Events(this RouteHandlerBuilder builder, string name, string what) => builder.RequireDeed(Deed.Look)
        .Data<JsonElement>(name, what).Asks([.. CaptureEndpoints.Paging, .. Writing, new("eventType", "A type, or several with '|' between; and every other parameter of an EPCIS 2.0 query: see docs/reference/epcis-query.md.")])
        .WithMetadata(AnyParameters.Instance).ProducesProblem(StatusCodes.Status413PayloadTooLarge).Epcis("OPTIONS, GET");

    /// <summary>Adds the endpoints.</summary>
    public static void MapEpcisEvents(this IEndpointRouteBuilder app)
    {
        app.MapGet("/", (Delegate)((HttpContext context) => Collection(context, TopLevel))).RequireDeed(Deed.Look).Data<CollectionAnswer>("EpcisResources", "What EPCIS 2.0's REST interface holds here.").Epcis("OPTIONS, GET");
        app.MapGet("/events", (HttpContext context, EventQueries events) => Ask(context, events, [])).Events("Events", "EPCIS events that meet a query, the latest first: all facts of the ledger, also those that were said in our own form.");
        app.MapGet("/events/{**eventID}", ById).RequireDeed(Deed.Look).Data<JsonElement>("Event", "The event with this id, and what declares that it does not stand.").Asks(Writing).Epcis("OPTIONS, GET");
        app.MapDiscovery("/events", "Events", "OPTIONS, GET, POST", Deed.Look, Deed.Report);
        app.MapDiscovery("/events/{**eventID}", "Event", "OPTIONS, GET", Deed.Look);
        foreach (var resource in Resources)
        {
            var (address, one) = ("/" + resource.Address, $"/{resource.Address}/{{name}}");
            app.MapGet(address, (HttpContext context, EventQueries events) => List(context, events, resource)).RequireDeed(Deed.Look)
                .Data<CollectionAnswer>(resource.Name + "s", $"The {resource.What}.").Asks(CaptureEndpoints.Paging).Epcis("OPTIONS, GET");
            app.MapGet(one, (HttpContext context, string name, EventQueries events) => One(context, events, resource)).RequireDeed(Deed.Look)
                .Data<CollectionAnswer>(resource.Name, "What there is of one of them.").Epcis("OPTIONS, GET");
            app.MapGet(one + "/events", (HttpContext context, string name, EventQueries events) => Ask(context, events, [new Asking(resource.Parameter, [Segment(context)], $"/{resource.Address}")]))
                .Events(resource.Name + "Events", "Its events: the same as with the query for it, and other parameters narrow them.");
            app.MapDiscovery(address, resource.Name + "s", "OPTIONS, GET", Deed.Look);
            app.MapDiscovery(one, resource.Name, "OPTIONS, GET", Deed.Look);
            app.MapDiscovery(one + "/events", resource.Name + "Events", "OPTIONS, GET", Deed.Look);
        }

        app.MapGet("/queries", Queries).RequireDeed(Deed.Look).Data<SavedQuery[]>("Queries", "Queries that have a name.").Asks(CaptureEndpoints.Paging).Epcis("OPTIONS, GET, POST");
        app.MapPost("/queries", Save).RequireDeed(Deed.Look).Data<SavedQuery>("CreateQuery", "Gives a query a name.", StatusCodes.Status201Created).Takes<JsonElement>("application/json")
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status415UnsupportedMediaType).Epcis("OPTIONS, GET, POST");
        app.MapGet("/queries/{name}", Query).RequireDeed(Deed.Look).Data<SavedQuery>("Query", "A query by its name.").Epcis("OPTIONS, GET, DELETE");
        app.MapDelete("/queries/{name}", Drop).RequireDeed(Deed.Look).Data<object>("DropQuery", "Forgets a query; only for its owner, and for who may administer or inspect.", StatusCodes.Status204NoContent).Epcis("OPTIONS, GET, DELETE");
        app.MapGet("/queries/{name}/events", Saved).Events("QueryEvents", "The events that meet a query by its name; other parameters narrow them.");
        app.MapDiscovery("/queries", "Queries", "OPTIONS, GET, POST", Deed.Look);
        app.MapDiscovery("/queries/{name}", "Query", "OPTIONS, GET, DELETE", Deed.Look);
        app.MapDiscovery("/queries/{name}/events", "QueryEvents", "OPTIONS, GET", Deed.Look);
    }

    // ---- events

    private static async Task ById(HttpContext context, string eventID, EventQueries events)
    {
        var id = Uri.UnescapeDataString(Encoded(context)["/events/".Length..]);
        if (Read(context, [new Asking("EQ_eventID", [id], "")], isOpen: false, out var findings) is not { } asked)
        {
            await Problems.Write(context, StatusCodes.Status400BadRequest, findings);
            return;
        }

        if (await Page(context, events, asked with { PerPage = CaptureEndpoints.PerPageMax }) is not { } page)
        {
            return;
        }

        if (page.Events.Count == 0)
        {
            await Answers.NotFound(context, id);
            return;
        }

        await Write(context, events, page, asked.PerPage, "SimpleEventQuery");
    }

    private static async Task Ask(HttpContext context, EventQueries events, IReadOnlyList<Asking> besides, string queryName = "SimpleEventQuery", Contexts? contexts = null)
    {
        if (Read(context, besides, isOpen: true, out var findings, contexts) is not { } asked)
        {
            await Problems.Write(context, StatusCodes.Status400BadRequest, findings);
            return;
        }

        if (await Page(context, events, asked) is not { } page)
        {
            return;
        }

        if (page.Next is { } next)
        {
            context.Response.Headers.Link = $"<{context.Request.PathBase}{Encoded(context)}{new Question(context, [.. context.Request.Query.Keys]).Again("nextPageToken", next.ToString())}>; rel=\"next\"";
        }

        await Write(context, events, page, asked.PerPage, queryName);
    }

    private static EpcForm FormOf(HttpContext context) => Forms.GetValueOrDefault(context.Request.Headers["GS1-EPC-Format"].ToString());

    // Nothing when it was refused.
    private static async Task<EventPage?> Page(HttpContext context, EventQueries events, AskedFor asked)
    {
        try
        {
            return await events.Page(asked.Query, Caller.Of(context.User), asked.PerPage, asked.Token, context.RequestAborted, FormOf(context) == EpcForm.AsCaptured);
        }
        catch (QueryRefusedException e)
        {
            await Problems.Write(context, StatusCodes.Status413PayloadTooLarge, [e.Finding]);
            return null;
        }
    }

    // As it was asked: names in an address hold slashes of their own.
    private static string Encoded(HttpContext context)
    {
        var target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
        return target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query ? target[..query] : target;
    }

    private sealed record AskedFor(EventQuery Query, int PerPage, PageToken? Token);

    private static AskedFor? Read(HttpContext context, IReadOnlyList<Asking> besides, bool isOpen, out List<Finding> findings, Contexts? contexts = null)
    {
        findings = [];
        List<Asking> parameters = [];
        var (perPage, token) = (CaptureEndpoints.PerPageUsual, (PageToken?)null);
        foreach (var (name, values) in isOpen ? context.Request.Query : QueryCollection.Empty)
        {
            var (path, value) = ("?" + name, values[0] ?? "");
            if (values.Count > 1)
            {
                findings.Add(new Finding(QueryFindings.Twice, path, name));
            }
            else if (value.Contains('\0', StringComparison.Ordinal) || name.Contains('\0', StringComparison.Ordinal))
            {
                findings.Add(new Finding(Clew.Facts.FactFindings.Control, "?"));
            }
            else if (name == "perPage")
            {
                if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out perPage) || perPage is < 1 or > CaptureEndpoints.PerPageMax)
                {
                    findings.Add(new Finding(QueryFindings.Value, path, name, value, $"1 … {CaptureEndpoints.PerPageMax}"));
                }
            }
            else if (name == "nextPageToken")
            {
                token = PageToken.Read(value);
                if (token is null)
                {
                    findings.Add(new Finding(Token, path, value));
                }
            }
            else
            {
                parameters.Add(new Asking(name, value.Split('|'), path));
            }
        }

        // Behind what was asked in so many words, so that what is wrong there is said first.
        parameters.AddRange(besides);
        var epcs = context.Request.Headers["GS1-EPC-Format"].ToString();
        if (!Forms.ContainsKey(epcs))
        {
            findings.Add(new Finding(QueryFindings.Value, "GS1-EPC-Format", "GS1-EPC-Format", epcs, string.Join(" | ", Forms.Keys.Skip(1))));
        }

        var words = context.Request.Headers["GS1-CBV-XML-Format"].ToString();
        if (!WordForms.ContainsKey(words))
        {
            findings.Add(new Finding(QueryFindings.Value, "GS1-CBV-XML-Format", "GS1-CBV-XML-Format", words, string.Join(" | ", WordForms.Keys.Skip(1))));
        }

        var query = EventQuery.Read(parameters, Extensions(context, contexts ?? Contexts.Standard));
        findings.AddRange(query.Findings);
        return findings.Count > 0 ? null : new AskedFor(query.Value, perPage, token);
    }

    // ext=https://example.org/ext/, other=…
    private static Contexts Extensions(HttpContext context, Contexts contexts)
    {
        var members = context.Request.Headers["GS1-Extensions"].SelectMany(h => (h ?? "").Split(',')).Select(p => p.Split('=', 2, StringSplitOptions.TrimEntries)).Where(p => p.Length == 2 && p[0].Length > 0)
            .DistinctBy(p => p[0], StringComparer.Ordinal).Select(p => new Member(new Name(p[0]), new Text(p[1]))).ToList();
        return members.Count == 0 ? contexts : contexts.With(new Group(members));
    }

    private static async Task Write(HttpContext context, EventQueries events, EventPage page, int perPage, string queryName)
    {
        var form = FormOf(context);
        var prefixLength = EpcForms.PrefixLength(form == EpcForm.Urn ? await events.CompanyPrefixes(context.RequestAborted) : []);
        var written = page.Events.Select(e => EpcForms.Write(e, form, prefixLength)).ToList();
        var document = new EpcisDocument(new Group([new Member(new Name("type"), new Text("EPCISQueryDocument")), new Member(new Name("queryName"), new Text(queryName))]), Contexts.Standard, EpcisForm.Xml);
        var created = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var isXml = ByAccept.WantsXml(context);
        var bytes = isXml
            ? XmlWriting.Document(document, written, EpcisForm.Xml, created, WordForms[context.Request.Headers["GS1-CBV-XML-Format"].ToString()])
            : JsonWriting.Document(document, written, created, isIndented: false);
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers["GS1-EPC-Format"] = form switch { EpcForm.DigitalLink => "Always_GS1_Digital_Link", EpcForm.Urn => "Always_EPC_URN", _ => "Never_Translates" };
        headers["Clew-Known"] = (page.Known - 1).ToString(CultureInfo.InvariantCulture);
        context.Response.ContentType = isXml ? "application/xml; charset=utf-8" : context.Request.Headers.Accept.ToString().Contains("ld+json", StringComparison.OrdinalIgnoreCase) ? "application/ld+json; charset=utf-8" : "application/json; charset=utf-8";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    // ---- lists

    private static async Task Collection(HttpContext context, IReadOnlyList<string> member)
    {
        if (!ByAccept.WantsXml(context))
        {
            await Answers.Write(context, CollectionAnswer.Of(member));
            return;
        }

        System.Xml.Linq.XNamespace epcis = "urn:epcglobal:epcis:xsd:2";
        context.Response.ContentType = "application/xml; charset=utf-8";
        await context.Response.WriteAsync("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + new System.Xml.Linq.XElement(epcis + "Collection", new System.Xml.Linq.XAttribute(System.Xml.Linq.XNamespace.Xmlns + "epcis", epcis.NamespaceName),
            new System.Xml.Linq.XElement("member", member.Select(m => new System.Xml.Linq.XElement("resource", m)))), context.RequestAborted);
    }

    private static async Task List(HttpContext context, EventQueries events, Resource resource)
    {
        var question = new Question(context, "perPage", "nextPageToken");
        var max = (int)(question.Number("perPage", 1, CaptureEndpoints.PerPageMax) ?? CaptureEndpoints.PerPageUsual);
        var after = question.Text("nextPageToken") ?? "";
        if (await question.IsRefused(context))
        {
            return;
        }

        var (caller, ct) = (Caller.Of(context.User), context.RequestAborted);
        List<string> found;
        if (resource.Kind is { } kind)
        {
            // What the standard has comes first; behind it what events name, in the order of the names.
            var standard = resource.Standard.Where(s => string.CompareOrdinal("0" + s, after) > 0).Select(s => "0" + s).Take(max + 1).ToList();
            var own = standard.Count > max || caller.IsOutside ? [] : (await events.Mentioned(kind, after.StartsWith('1') ? after[1..] : "", max + 1 + resource.Standard.Count, ct)).Where(n => !resource.Standard.Contains(n)).Select(n => "1" + n);
            found = [.. standard.Concat(own).Take(max + 1)];
        }
        else
        {
            found = (await events.Things(after.Length > 0 ? after[1..] : "", max + 1, caller.IsOutside ? caller.Party ?? "" : null, ct)).ConvertAll(t => "1" + t);
        }

        if (found.Count > max)
        {
            found.RemoveAt(max);
            context.Response.Headers.Link = $"<{context.Request.Path}{question.Again("nextPageToken", found[^1])}>; rel=\"next\"";
        }

        await Collection(context, [.. found.Select(f => resource.Kind is null ? Identity.Read(f[1..]).Value.ToUri() : f[1..])]);
    }

    private static async Task One(HttpContext context, EventQueries events, Resource resource)
    {
        var name = Segment(context);
        var isKnown = resource.Standard.Contains(resource.Words?.AsWord(name) ?? name);
        if (!isKnown && resource.Kind is { } kind)
        {
            isKnown = await events.IsMentioned(kind, resource.Words?.AsWord(name) ?? VocabularyElement.NameOf(name), context.RequestAborted);
        }
        else if (!isKnown)
        {
            if (await Page(context, events, new AskedFor(EventQuery.Read([new Asking(resource.Parameter, [name], "")], Contexts.Standard).Value, 1, null)) is not { } page)
            {
                return;
            }

            isKnown = page.Events.Count > 0;
        }

        await (isKnown ? Collection(context, ["events"]) : Answers.NotFound(context, name));
    }

    // The server has decoded all of an address but its slashes; a name may hold slashes and percent signs of its own, so it is decoded once, here.
    private static string Segment(HttpContext context) => Uri.UnescapeDataString(Encoded(context).Split('/')[2]);

    // ---- queries with a name

    private static async Task Queries(HttpContext context, SavedQueries queries)
    {
        var question = new Question(context, "perPage", "nextPageToken");
        var max = (int)(question.Number("perPage", 1, CaptureEndpoints.PerPageMax) ?? CaptureEndpoints.PerPageUsual);
        var after = question.Text("nextPageToken") ?? "";
        if (await question.IsRefused(context))
        {
            return;
        }

        var found = await queries.List(Caller.Of(context.User), after, max + 1, context.RequestAborted);
        if (found.Count > max)
        {
            found.RemoveAt(max);
            context.Response.Headers.Link = $"<{context.Request.Path}{question.Again("nextPageToken", found[^1].Name)}>; rel=\"next\"";
        }

        await Answers.Write(context, found);
    }

    private static async Task Save(HttpContext context, SavedQueries queries)
    {
        if (await Bodies.Read<NewQuery>(context) is not { } body)
        {
            return;
        }

        List<Finding> findings = [];
        if (string.IsNullOrWhiteSpace(body.Name) || body.Name.Length > NameMax || body.Name.Any(c => char.IsControl(c) || c is '/' or '?' or '#'))
        {
            findings.Add(new Finding(QueryFindings.Value, "/name", "name", body.Name ?? "", "myQuery"));
        }

        if (body.Query.ValueKind != JsonValueKind.Object)
        {
            findings.Add(new Finding(QueryFindings.Value, "/query", "query", body.Query.ValueKind.ToString(), "{\"eventType\":[\"ObjectEvent\"]}"));
        }
        else
        {
            findings.AddRange(SavedQueries.Read(body.Query, out _).Findings);
        }

        if (findings.Count > 0)
        {
            await Problems.Write(context, StatusCodes.Status400BadRequest, findings);
            return;
        }

        var caller = Caller.Of(context.User);
        switch (await queries.Save(body.Name!, body.Query, caller, QueriesMax, context.RequestAborted))
        {
            case SavedQueries.Outcome.Taken:
                await Problems.Write(context, StatusCodes.Status409Conflict, [new Finding(NameTaken, "/name", body.Name!)]);
                break;
            case SavedQueries.Outcome.TooMany:
                await Problems.Write(context, StatusCodes.Status413PayloadTooLarge, [new Finding(EventQueries.TooLarge, "", QueriesMax.ToString(CultureInfo.InvariantCulture))]);
                break;
            default:
                context.Response.Headers.Location = "/queries/" + Uri.EscapeDataString(body.Name!);
                await Answers.Write(context, await queries.Find(body.Name!, caller, context.RequestAborted), StatusCodes.Status201Created);
                break;
        }
    }

    private static async Task Query(HttpContext context, string name, SavedQueries queries)
    {
        if (await queries.Find(name, Caller.Of(context.User), context.RequestAborted) is { } found)
        {
            await Answers.Write(context, found);
            return;
        }

        await Problems.Write(context, StatusCodes.Status404NotFound, [new Finding(NoSuchName, "", name)]);
    }

    private static async Task Drop(HttpContext context, string name, SavedQueries queries)
    {
        if (await queries.Drop(name, Caller.Of(context.User), context.RequestAborted))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        await Problems.Write(context, StatusCodes.Status404NotFound, [new Finding(NoSuchName, "", name)]);
    }

    private static async Task Saved(HttpContext context, string name, SavedQueries queries, EventQueries events)
    {
        if (context.WebSockets.IsWebSocketRequest)
        {
            await SubscriptionEndpoints.Socket(context, name, queries);
            return;
        }

        // A parameter that nobody knows is told of before a name that nobody knows.
        _ = Read(context, [], isOpen: true, out var wrong);
        if (wrong.Any(f => f.Code == QueryFindings.Unknown.Code))
        {
            await Problems.Write(context, StatusCodes.Status400BadRequest, wrong);
            return;
        }

        if (await queries.Find(name, Caller.Of(context.User), context.RequestAborted) is not { } found)
        {
            await Problems.Write(context, StatusCodes.Status404NotFound, [new Finding(NoSuchName, "", name)]);
            return;
        }

        await Ask(context, events, SavedQueries.Parameters(found.Query, out var contexts), name, contexts);
    }
}

/// <summary>A query that somebody gives a name.</summary>
public sealed record NewQuery(string? Name, JsonElement Query);
