using System.Globalization;
using System.Net;
using System.Text.Json;
using Clew.Access;
using Clew.Facts;
using Clew.Identification;
using Clew.Server.Access;
using Clew.Server.Integration.Epcis;
using Clew.Server.Web;

namespace Clew.Server.Integration.Subscriptions;

/// <summary>Somebody wants to be told.</summary>
/// <param name="Dest">Where deliveries go.</param>
/// <param name="SignatureToken">What they are signed with; without one we make it, and show it once.</param>
/// <param name="Stream">True: as facts come.</param>
/// <param name="Schedule">Otherwise, when: second, minute, hour, dayOfMonth, month, dayOfWeek.</param>
/// <param name="ReportIfEmpty">Whether a schedule sends an answer without events.</param>
/// <param name="InitialRecordTime">What was recorded from then on; without it, what comes from now on.</param>
public sealed record NewSubscription(string? Dest, string? SignatureToken, bool? Stream, JsonElement? Schedule, bool? ReportIfEmpty, string? InitialRecordTime);

/// <summary>How it stands with a subscription.</summary>
/// <param name="Position">Everything before was answered with 2xx, did not meet the query, or is a dead letter.</param>
/// <param name="Behind">How many entries of the ledger lie before the subscription.</param>
/// <param name="Attempts">That failed at this position.</param>
/// <param name="NextAttempt">Not before.</param>
/// <param name="SignatureToken">Only in the answer to its making, and only if it is ours.</param>
public sealed record SubscriptionAnswer(
    Guid SubscriptionID, string QueryName, string Dest, bool Stream, JsonElement? Schedule, bool ReportIfEmpty, DateTimeOffset CreatedAt, long Position, long Behind,
    int Attempts, DateTimeOffset? NextAttempt, int? LastStatus, string? LastError, DateTimeOffset? LastAnswer, int DeadLetters, string? SignatureToken = null)
{
    internal static SubscriptionAnswer Of(Subscriber who, string? secret = null) => new(
        who.Id, who.Query, who.Dest.AbsoluteUri, who.Schedule is null, who.Schedule?.AsJson(), who.IfEmpty, who.CreatedAt, who.Position, Math.Max(0, who.Size - who.Position), who.Attempts,
        who.Schedule is null && who.Attempts == 0 ? null : who.DueAt, who.Status, who.Error, who.AnsweredAt, who.DeadLetters, secret);
}

/// <summary>From where it is told again: a position of the ledger, or a moment of recording.</summary>
public sealed record Replay(long? Position, string? RecordTime);

/// <summary>What a receiver answered.</summary>
/// <param name="Delivered">Whether with 2xx.</param>
public sealed record DeliveryAnswer(bool Delivered, int? Status, string? Error, double Milliseconds)
{
    internal static DeliveryAnswer Of(Delivery delivery) => new(delivery.Error is null, delivery.Status, delivery.Error, Math.Round(delivery.Took.TotalMilliseconds, 1));
}

/// <summary>Subscriptions over HTTP, as EPCIS 2.0 has them, and what it leaves open: test, replay, dead letters.</summary>
public static class SubscriptionEndpoints
{
    private const int DestMax = 2_048;
    private const int TokenMin = 16;
    private const int TokenMax = 512;
    private const string Base = "/queries/{name}/subscriptions";

    private static readonly FindingKind None = new("subscription.none", Severity.Error,
        "The query '{0}' has no subscription '{1}' of yours.", "GET /queries/{0}/subscriptions lists them.", "查询“{0}”没有您的订阅“{1}”。", "可用 GET /queries/{0}/subscriptions 查看。");

    private static readonly FindingKind NoLetter = new("subscription.noLetter", Severity.Error,
        "There is no dead letter at position {0}.", "GET …/deadLetters lists them.", "位置 {0} 没有未送达记录。", "可用 GET …/deadLetters 查看。");

    private static readonly FindingKind BadDest = new("subscription.dest", Severity.Error,
        "'{0}' is no address to deliver to.", "Give an https address without user name and fragment; http is for networks that the operator has opened.",
        "“{0}”不是可投递的地址。", "请提供不含用户名与片段的 https 地址；http 仅用于运维人员开放的网络。");

    private static readonly FindingKind When = new("subscription.when", Severity.Error,
        "Exactly one of 'stream' and 'schedule' says when.", "Send 'stream' as true, or a 'schedule' with at least one field, such as 'hour'.", "stream 与 schedule 必须且只能给出一个。", "请将 stream 设为 true，或给出至少含一个字段(如 hour)的 schedule。");

    private static readonly FindingKind BadToken = new("subscription.token", Severity.Error,
        "A signature token has {0} to {1} characters.", "Take a long random one, or leave it out: then we make one and show it once.", "签名令牌长度须为 {0} 至 {1} 个字符。", "请使用足够长的随机值，或省略该字段由系统生成(仅显示一次)。");

    private static readonly FindingKind TooMany = new("subscription.tooMany", Severity.Error,
        "You have {0} subscriptions; more are not kept.", "End one that nobody needs, or let one query cover what several do.", "您已有 {0} 个订阅，达到上限。", "请删除不再需要的订阅，或合并查询。");

    private static readonly FindingKind BadPosition = new("subscription.position", Severity.Error,
        "'{0}' is no position to tell from.", "Give 'position' between 0 and {1}, or 'recordTime' with an offset.", "“{0}”不是有效的起始位置。", "请给出 0 至 {1} 之间的 position，或带时差的 recordTime。");

    private static readonly FindingKind Full = new("subscription.full", Severity.Error,
        "{0} sockets are open; more are not served.", "Try later, or subscribe with a webhook.", "已打开 {0} 个连接，达到上限。", "请稍后再试，或改用 webhook 订阅。");

    /// <summary>Adds the endpoints.</summary>
    public static void MapSubscriptions(this IEndpointRouteBuilder app)
    {
        app.MapGet(Base, List).RequireDeed(Deed.Look).Data<SubscriptionAnswer[]>("Subscriptions", "Who is told of what meets a query, and how far each has been told: your own; all to who may inspect.").Epcis("OPTIONS, GET, POST");
        app.MapPost(Base, Add).RequireDeed(Deed.Look).Takes<NewSubscription>("application/json").Data<SubscriptionAnswer>("Subscribe", "Has a webhook told of what meets a query, as facts come or by a schedule. Deliveries are signed: GS1-Signature.", StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType).Epcis("OPTIONS, GET, POST");
        app.MapGet(Base + "/{id:guid}", One).RequireDeed(Deed.Look).Data<SubscriptionAnswer>("Subscription", "How it stands with a subscription.").Epcis("OPTIONS, GET, DELETE");
        app.MapDelete(Base + "/{id:guid}", End).RequireDeed(Deed.Look).Data<object>("Unsubscribe", "Ends a subscription.", StatusCodes.Status204NoContent).Epcis("OPTIONS, GET, DELETE");
        app.MapPost(Base + "/{id:guid}/test", Test).RequireDeed(Deed.Look).Data<DeliveryAnswer>("TestSubscription", "Delivers an answer without events now, signed like any, and says what the receiver answered.").Epcis("POST");
        app.MapPost(Base + "/{id:guid}/replay", Again).RequireDeed(Deed.Look).Takes<Replay>("application/json").Data<SubscriptionAnswer>("ReplaySubscription", "Has it told again from a position of the ledger, or a moment of recording.").Epcis("POST");
        app.MapGet(Base + "/{id:guid}/deadLetters", Letters).RequireDeed(Deed.Look).Data<DeadLetter[]>("DeadLetters", "Deliveries that were given up: which positions, and why.").Epcis("GET");
        app.MapPost(Base + "/{id:guid}/deadLetters/{first:long}/retry", Retry).RequireDeed(Deed.Look).Data<DeliveryAnswer>("RetryDeadLetter", "Delivers a dead letter now; answered with 2xx it is one no longer.").Epcis("POST");
        app.MapDelete(Base + "/{id:guid}/deadLetters/{first:long}", Bury).RequireDeed(Deed.Look).Data<object>("BuryDeadLetter", "Forgets a dead letter.", StatusCodes.Status204NoContent).Epcis("DELETE");
        app.MapDiscovery(Base, "Subscriptions", "OPTIONS, GET, POST", Deed.Look);
        app.MapDiscovery(Base + "/{id:guid}", "Subscription", "OPTIONS, GET, DELETE", Deed.Look);
    }

    /// <summary>
    /// A query's events as a WebSocket, where one is asked for: <c>stream=true</c> or the fields of a schedule; <c>reportIfEmpty</c>,
    /// <c>initialRecordTime</c>, and <c>position</c> for whoever goes on where they were.
    /// </summary>
    public static async Task Socket(HttpContext context, string name, SavedQueries queries)
    {
        var (caller, ct) = (Caller.Of(context.User), context.RequestAborted);
        if (await queries.Find(name, caller, ct) is null)
        {
            await Problems.Write(context, StatusCodes.Status404NotFound, [new Finding(EventEndpoints.NoSuchName, "", name)]);
            return;
        }

        var (sockets, feed) = (context.RequestServices.GetRequiredService<EventSocket>(), context.RequestServices.GetRequiredService<EventFeed>());
        var fields = context.Request.Query.ToDictionary(q => q.Key, q => q.Value.ToString(), StringComparer.Ordinal);
        List<Finding> findings = [];
        var isStream = fields.Remove("stream", out var stream) && stream == "true";
        fields.Remove("reportIfEmpty", out var ifEmpty);
        fields.Remove("initialRecordTime", out var recorded);
        fields.Remove("position", out var asked);
        var schedule = fields.Count == 0 ? null : Schedule.Read(field => fields.Remove(field, out var value) ? value : null, () => fields.Keys.FirstOrDefault(), "?", findings);
        if (findings.Count == 0 && isStream == schedule is not null)
        {
            findings.Add(new Finding(When, "?stream"));
        }

        var position = await Position(feed, asked is null ? null : long.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : -1, recorded, "?initialRecordTime", findings, ct);
        if (findings.Count > 0)
        {
            await Problems.Write(context, StatusCodes.Status400BadRequest, findings);
            return;
        }

        if (!sockets.HasRoom)
        {
            await Problems.Write(context, StatusCodes.Status503ServiceUnavailable, [new Finding(Full, "", EventSocket.OpenMax.ToString(CultureInfo.InvariantCulture))]);
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await sockets.Serve(socket, name, caller, position, schedule, ifEmpty == "true", ct);
    }

    private static async Task List(HttpContext context, string name, SavedQueries queries, Subscribers subscriptions)
    {
        if (await IsThere(context, name, queries))
        {
            await Answers.Write(context, (await subscriptions.Of(name, Caller.Of(context.User), context.RequestAborted)).ConvertAll(s => SubscriptionAnswer.Of(s)));
        }
    }

    private static async Task Add(HttpContext context, string name, SavedQueries queries, Subscribers subscriptions, EventFeed feed, Reach reach)
    {
        var ct = context.RequestAborted;
        if (!await IsThere(context, name, queries) || await Bodies.Read<NewSubscription>(context) is not { } order)
        {
            return;
        }

        List<Finding> findings = [];
        var dest = await Dest(order.Dest, reach, findings, ct);
        var hasSchedule = order.Schedule is { ValueKind: not JsonValueKind.Null };
        if ((order.Stream == true) == hasSchedule)
        {
            findings.Add(new Finding(When, "/stream"));
        }

        var schedule = hasSchedule ? Schedule.Read(order.Schedule!.Value, findings) : null;
        if (order.SignatureToken is { Length: < TokenMin or > TokenMax })
        {
            findings.Add(new Finding(BadToken, "/signatureToken", TokenMin.ToString(CultureInfo.InvariantCulture), TokenMax.ToString(CultureInfo.InvariantCulture)));
        }

        var position = await Position(feed, null, order.InitialRecordTime, "/initialRecordTime", findings, ct);
        if (findings.Count > 0)
        {
            await Problems.Write(context, StatusCodes.Status400BadRequest, findings);
            return;
        }

        var secret = order.SignatureToken ?? Subscribers.NewSecret();
        if (await subscriptions.Add(name, Caller.Of(context.User), dest!, secret, schedule, order.ReportIfEmpty == true, position, Courier.BatchMax, ct) is not { } added)
        {
            await Problems.Write(context, StatusCodes.Status413PayloadTooLarge, [new Finding(TooMany, "", Subscribers.SubscribersMax.ToString(CultureInfo.InvariantCulture))]);
            return;
        }

        context.Response.Headers.Location = $"/queries/{Uri.EscapeDataString(name)}/subscriptions/{added.Id}";
        await Answers.Write(context, SubscriptionAnswer.Of(added, order.SignatureToken is null ? secret : null), StatusCodes.Status201Created);
    }

    private static async Task One(HttpContext context, string name, Guid id, Subscribers subscriptions)
    {
        if (await Find(context, name, id, subscriptions) is { } who)
        {
            await Answers.Write(context, SubscriptionAnswer.Of(who));
        }
    }

    private static async Task End(HttpContext context, string name, Guid id, Subscribers subscriptions)
    {
        if (await Find(context, name, id, subscriptions) is not null)
        {
            await subscriptions.End(id, context.RequestAborted);
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }

    private static async Task Test(HttpContext context, string name, Guid id, Subscribers subscriptions, Courier courier)
    {
        var ct = context.RequestAborted;
        if (await Find(context, name, id, subscriptions) is { } who && await subscriptions.Open(id, ct) is var (_, secret, _))
        {
            await Answers.Write(context, DeliveryAnswer.Of(await courier.Deliver(who, secret, new Stretch([], who.Position, who.Position, who.Size), ct)));
        }
    }

    private static async Task Again(HttpContext context, string name, Guid id, Subscribers subscriptions, EventFeed feed)
    {
        var ct = context.RequestAborted;
        if (await Find(context, name, id, subscriptions) is null || await Bodies.Read<Replay>(context) is not { } order)
        {
            return;
        }

        List<Finding> findings = [];
        if (order.Position is null == order.RecordTime is null)
        {
            findings.Add(new Finding(BadPosition, "/position", "", (await feed.Size(ct)).ToString(CultureInfo.InvariantCulture)));
        }

        var position = findings.Count > 0 ? 0 : await Position(feed, order.Position, order.RecordTime, order.Position is null ? "/recordTime" : "/position", findings, ct);
        if (findings.Count > 0)
        {
            await Problems.Write(context, StatusCodes.Status400BadRequest, findings);
            return;
        }

        await subscriptions.Replay(id, position, ct);
        await One(context, name, id, subscriptions);
    }

    private static async Task Letters(HttpContext context, string name, Guid id, Subscribers subscriptions)
    {
        if (await Find(context, name, id, subscriptions) is not null)
        {
            await Answers.Write(context, await subscriptions.DeadLetters(id, context.RequestAborted));
        }
    }

    private static async Task Retry(HttpContext context, string name, Guid id, long first, Subscribers subscriptions, EventFeed feed, Courier courier)
    {
        var ct = context.RequestAborted;
        if (await Find(context, name, id, subscriptions) is not { } who)
        {
            return;
        }

        if ((await subscriptions.DeadLetters(id, ct)).Find(l => l.First == first) is not { } letter || await subscriptions.Open(id, ct) is not var (_, secret, _)
            || await feed.Take(name, who.Owner, letter.First, letter.Events, ct) is not { } stretch)
        {
            await Problems.Write(context, StatusCodes.Status404NotFound, [new Finding(NoLetter, "", first.ToString(CultureInfo.InvariantCulture))]);
            return;
        }

        var sent = await courier.Deliver(who, secret, stretch, ct);
        if (sent.Error is null)
        {
            await subscriptions.Bury(id, first, ct);
        }

        await Answers.Write(context, DeliveryAnswer.Of(sent));
    }

    private static async Task Bury(HttpContext context, string name, Guid id, long first, Subscribers subscriptions)
    {
        if (await Find(context, name, id, subscriptions) is null)
        {
            return;
        }

        if (await subscriptions.Bury(id, first, context.RequestAborted))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        await Problems.Write(context, StatusCodes.Status404NotFound, [new Finding(NoLetter, "", first.ToString(CultureInfo.InvariantCulture))]);
    }

    // ---- what several ask

    private static async Task<bool> IsThere(HttpContext context, string name, SavedQueries queries)
    {
        if (await queries.Find(name, Caller.Of(context.User), context.RequestAborted) is not null)
        {
            return true;
        }

        await Problems.Write(context, StatusCodes.Status404NotFound, [new Finding(EventEndpoints.NoSuchName, "", name)]);
        return false;
    }

    private static async Task<Subscriber?> Find(HttpContext context, string name, Guid id, Subscribers subscriptions)
    {
        if (await subscriptions.Find(name, id, Caller.Of(context.User), context.RequestAborted) is { } who)
        {
            return who;
        }

        await Problems.Write(context, StatusCodes.Status404NotFound, [new Finding(None, "", name, id.ToString())]);
        return null;
    }

    private static async Task<Uri?> Dest(string? text, Reach reach, List<Finding> findings, CancellationToken ct)
    {
        if (text is null or { Length: > DestMax } || !Uri.TryCreate(text, UriKind.Absolute, out var dest) || dest.Scheme is not ("https" or "http") || dest.UserInfo.Length > 0 || dest.Fragment.Length > 0 || dest.Host.Length == 0)
        {
            findings.Add(new Finding(BadDest, "/dest", text is { Length: > 80 } ? text[..80] : text ?? ""));
            return null;
        }

        if (dest.Scheme == Uri.UriSchemeHttp && !(IPAddress.TryParse(dest.DnsSafeHost, out var literal) ? reach.IsOpened(literal) : reach.OpensAny))
        {
            findings.Add(new Finding(BadDest, "/dest", text.Length > 80 ? text[..80] : text));
        }
        else if (await reach.Check(dest, "/dest", ct) is { } closed)
        {
            findings.Add(closed);
        }

        return dest;
    }

    private static async Task<long> Position(EventFeed feed, long? position, string? recorded, string path, List<Finding> findings, CancellationToken ct)
    {
        var size = await feed.Size(ct);
        if (position is { } at)
        {
            if (at < 0 || at > size)
            {
                findings.Add(new Finding(BadPosition, path, at.ToString(CultureInfo.InvariantCulture), size.ToString(CultureInfo.InvariantCulture)));
            }

            return at;
        }

        if (recorded is null)
        {
            return size;
        }

        if (!EventTime.TryRead(recorded, out var moment) || moment.AsDateTimeOffset().Year is < 1900 or > 9000)
        {
            findings.Add(new Finding(FactFindings.TimeUnreadable, path, recorded));
            return size;
        }

        return await feed.From(moment, ct);
    }
}
