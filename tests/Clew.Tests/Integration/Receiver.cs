using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Clew.Tests.Integration;

/// <summary>What somebody delivered.</summary>
public sealed record Delivered(string Positions, string Signature, byte[] Body, int Status)
{
    public JsonElement Document => JsonDocument.Parse(Body).RootElement;

    public List<string> Ids => [.. Document.GetProperty("epcisBody").GetProperty("queryResults").GetProperty("resultsBody").GetProperty("eventList").EnumerateArray().Select(e => e.GetProperty("eventID").GetString()!)];
}

/// <summary>The other side of a webhook, on a free port: answers as it is told, and keeps what came.</summary>
public sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Channel<Delivered> came = Channel.CreateUnbounded<Delivered>();
    private readonly ConcurrentDictionary<string, int> underWay = new(StringComparer.Ordinal);
    private int count;

    private Receiver(WebApplication app) => this.app = app;

    public Uri Address { get; private set; } = null!;

    /// <summary>Status of the n-th delivery, from 0; may wait.</summary>
    public Func<int, HttpContext, Task<int>> Answers { get; set; } = (_, _) => Task.FromResult(204);

    public bool WasTwoAtOnce { get; private set; }

    public int Count => Volatile.Read(ref count);

    public static async Task<Receiver> Open()
    {
        var builder = WebApplication.CreateSlimBuilder([]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.Run(receiver.Take);
        await app.StartAsync(TestContext.Current.CancellationToken);
        receiver.Address = new Uri(app.Urls.First() + "/hook");
        return receiver;
    }

    /// <summary>The next that was answered.</summary>
    public async Task<Delivered> Next()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(90));
        return await came.Reader.ReadAsync(patience.Token);
    }

    /// <summary>Ids of events until all of these have come, each as often as it came.</summary>
    public async Task<List<string>> Until(params IReadOnlyCollection<string> wanted)
    {
        List<string> ids = [];
        while (!wanted.All(ids.Contains))
        {
            ids.AddRange((await Next()) is { Status: < 300 } good ? good.Ids : []);
        }

        return ids;
    }

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await app.StopAsync(soon.Token);
        await app.DisposeAsync();
    }

    private async Task Take(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var path = context.Request.Path.ToString();
        WasTwoAtOnce |= underWay.AddOrUpdate(path, 1, (_, n) => n + 1) > 1;
        try
        {
            var status = await Answers(Interlocked.Increment(ref count) - 1, context);
            context.Response.StatusCode = status;
            came.Writer.TryWrite(new Delivered(context.Request.Headers["Clew-Positions"].ToString(), context.Request.Headers["GS1-Signature"].ToString(), body.ToArray(), status));
        }
        finally
        {
            underWay.AddOrUpdate(path, 0, (_, n) => n - 1);
        }
    }
}
