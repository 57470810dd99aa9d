using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Clew.Epcis;
using Clew.Server.Integration.Epcis;
using Npgsql;

namespace Clew.Server.Integration.Subscriptions;

/// <summary>How patient deliveries are.</summary>
/// <param name="First">The wait after the first failure; it doubles with each.</param>
/// <param name="Most">The longest wait.</param>
/// <param name="AttemptsMax">After so many a delivery is a dead letter, and the next is tried.</param>
public sealed record Patience(TimeSpan First, TimeSpan Most, int AttemptsMax)
{
    /// <summary>A second, doubled up to an hour: sixteen attempts are five hours, a night's outage of a receiver costs it a few dead letters at most.</summary>
    public static Patience Usual { get; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), 16);

    /// <summary>How long to wait after so many failures; never all at the same moment.</summary>
    public TimeSpan After(int failures, double chance)
    {
        var wait = Math.Min(Most.TotalSeconds, First.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, 30)));
        return TimeSpan.FromSeconds(wait * (0.75 + (0.5 * chance)));
    }
}

/// <summary>What came of a delivery.</summary>
/// <param name="Status">The answer's; nothing when there was none.</param>
/// <param name="Error">Why it failed; nothing when it was answered with 2xx.</param>
public sealed record Delivery(int? Status, string? Error, TimeSpan Took);

/// <summary>
/// Brings events to webhooks. The cursor of a subscriber moves only when its receiver has answered 2xx, in the same statement that makes sure
/// that we are still the ones who serve it: a server that dies, or loses its lease, repeats a delivery and never skips one.
/// </summary>
public sealed class Courier(Subscribers subscriptions, EventFeed feed, Reach reach, Patience patience, TimeProvider clock, ILogger<Courier> log) : BackgroundService
{
    /// <summary>Events in one delivery: some hundred kilobytes.</summary>
    public const int BatchMax = 100;

    /// <summary>Receivers that are served at once: one that hangs holds up one of so many lanes, and only until its time is over.</summary>
    private const int LanesMax = 16;

    /// <summary>Characters of what went wrong.</summary>
    private const int ErrorMax = 300;

    /// <summary>How long a receiver may take.</summary>
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(10);

    // Longer than a delivery may take: a server that has not been heard of for so long is not delivering any more.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    // New facts are told within this, at the cost of one small question.
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan OutageWait = TimeSpan.FromSeconds(5);

    private readonly HttpClient client = reach.Client(AnswerMax);
    private readonly string server = Guid.NewGuid().ToString("N");
    private readonly SemaphoreSlim lanes = new(LanesMax);

    /// <inheritdoc/>
    public override void Dispose()
    {
        client.Dispose();
        lanes.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var running = new HashSet<Task>();
        try
        {
            while (true)
            {
                await lanes.WaitAsync(stoppingToken);
                Guid? taken = null;
                try
                {
                    taken = await subscriptions.Take(server, Lease, stoppingToken);
                }
                catch (NpgsqlException e)
                {
                    log.LogWarning(e, "Subscriptions wait for the database");
                    await Task.Delay(OutageWait, stoppingToken);
                }

                if (taken is not { } id)
                {
                    lanes.Release();
                    await Task.Delay(LookEvery, clock, stoppingToken);
                    continue;
                }

                running.RemoveWhere(t => t.IsCompleted);
                running.Add(Serve(id, stoppingToken));
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is under way ends with us: it is repeated by whoever comes next.
            await Task.WhenAll(running);
        }
    }

    /// <summary>Delivers these events now and says what came of it; moves nothing.</summary>
    public async Task<Delivery> Deliver(Subscriber who, byte[] secret, Stretch stretch, CancellationToken ct)
    {
        var document = new EpcisDocument(
            new Group([new Member(new Name("type"), new Text("EPCISQueryDocument")), new Member(new Name("queryName"), new Text(who.Query)), new Member(new Name("subscriptionID"), new Text(who.Id.ToString()))]), Contexts.Standard, EpcisForm.Xml);
        var at = clock.GetUtcNow();
        var body = JsonWriting.Document(document, stretch.Events, at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), isIndented: false);
        using var request = new HttpRequestMessage(HttpMethod.Post, who.Dest) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/ld+json");
        request.Headers.TryAddWithoutValidation("User-Agent", "clew");
        request.Headers.TryAddWithoutValidation("GS1-EPCIS-Version", EpcisInterface.EpcisVersion);
        request.Headers.TryAddWithoutValidation("GS1-CBV-Version", EpcisInterface.CbvVersion);
        request.Headers.TryAddWithoutValidation("Clew-Positions", string.Create(CultureInfo.InvariantCulture, $"{stretch.From}-{stretch.Next}"));
        request.Headers.TryAddWithoutValidation(Signature.Header, Signature.Of(secret, at, body));
        try
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            var status = (int)answer.StatusCode;
            return new Delivery(status, answer.IsSuccessStatusCode ? null : string.Create(CultureInfo.InvariantCulture, $"answered {status}"), clock.GetUtcNow() - at);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            var why = e is OperationCanceledException ? $"no answer within {AnswerMax.TotalSeconds:0} s" : e.Message;
            return new Delivery(null, why.Length > ErrorMax ? why[..ErrorMax] : why, clock.GetUtcNow() - at);
        }
    }

    private async Task Serve(Guid id, CancellationToken ct)
    {
        try
        {
            await Tell(id, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Another need not wait for our lease to be over.
            await Quietly(() => subscriptions.Release(id, server, clock.GetUtcNow(), CancellationToken.None));
        }
#pragma warning disable CA1031 // Whatever it is, the others must be told.
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.LogError(e, "The subscription {Subscription} could not be served", id);
            await Quietly(() => subscriptions.Release(id, server, clock.GetUtcNow() + OutageWait, CancellationToken.None));
        }
        finally
        {
            lanes.Release();
        }
    }

    private static async Task Quietly(Func<Task> deed)
    {
        try
        {
            await deed();
        }
        catch (NpgsqlException)
        {
            // Then the lease ends by itself.
        }
    }

    // Everything that there is for it, delivery after delivery.
    private async Task Tell(Guid id, CancellationToken ct)
    {
        if (await subscriptions.Open(id, ct) is not var (who, secret, batch))
        {
            return;
        }

        var (position, isTold) = (who.Position, false);
        while (await feed.Take(who.Query, who.Owner, position, batch, ct) is { } stretch)
        {
            var isOver = stretch.Next >= stretch.Size;
            if (stretch.Events.Count > 0 || (isOver && !isTold && who is { IfEmpty: true, Schedule: not null }))
            {
                var sent = await Deliver(who, secret, stretch, ct);
                if (sent is { Status: (int)HttpStatusCode.RequestEntityTooLarge } && stretch.Events.Count > 1)
                {
                    // The standard: the receiver asks for smaller pieces.
                    batch = Math.Max(1, stretch.Events.Count / 2);
                    await subscriptions.Shrink(id, server, batch, ct);
                    continue;
                }

                if (sent.Error is { } error)
                {
                    await Failed(who with { Position = position, Attempts = position == who.Position ? who.Attempts : 0 }, stretch, sent.Status, error, ct);
                    return;
                }

                isTold = true;
                if (!await subscriptions.Move(id, server, position, stretch.Next, sent.Status, Lease, ct))
                {
                    return;
                }
            }
            else if (!await subscriptions.Move(id, server, position, stretch.Next, null, Lease, ct))
            {
                return;
            }

            position = stretch.Next;
            if (isOver)
            {
                var now = clock.GetUtcNow();
                await subscriptions.Release(id, server, who.Schedule?.Next(now) ?? now, ct);
                return;
            }
        }
    }

    private async Task Failed(Subscriber who, Stretch stretch, int? status, string error, CancellationToken ct)
    {
        var failures = who.Attempts + 1;
        var due = clock.GetUtcNow() + patience.After(failures, Random.Shared.NextDouble());
        if (failures < patience.AttemptsMax)
        {
            await subscriptions.Fail(who.Id, server, status, error, due, ct);
            return;
        }

        log.LogWarning("The subscription {Subscription} gave up positions {From} to {Until}: {Error}", who.Id, stretch.From, stretch.Next, error);
        if (stretch.Events.Count == 0)
        {
            // Nothing was in it: there is nothing to keep.
            await subscriptions.Release(who.Id, server, who.Schedule?.Next(clock.GetUtcNow()) ?? due, ct);
            return;
        }

        await subscriptions.GiveUp(who.Id, server, stretch, failures, status, error, due, ct);
    }
}
