using System.Globalization;
using System.Net.WebSockets;
using Clew.Epcis;
using Clew.Server.Access;

namespace Clew.Server.Integration.Subscriptions;

/// <summary>
/// A query as a WebSocket: each message is an EPCISQueryDocument with what is new. It says under <c>clew:next</c> from which position whoever
/// lost the connection goes on; nothing of it is kept here.
/// </summary>
public sealed class EventSocket(EventFeed feed, TimeProvider clock, IHostApplicationLifetime life)
{
    /// <summary>Open at once: each asks for what is new twice a second.</summary>
    public const int OpenMax = 200;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private int open;

    /// <summary>Whether there is room for one more.</summary>
    public bool HasRoom => Volatile.Read(ref open) < OpenMax;

    /// <summary>Tells until the other side or we go.</summary>
    /// <param name="schedule">When; nothing means as facts come.</param>
    public async Task Serve(WebSocket socket, string query, Caller caller, long position, Schedule? schedule, bool ifEmpty, CancellationToken aborted)
    {
        Interlocked.Increment(ref open);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(aborted, life.ApplicationStopping);
        var heard = Hear(socket, stop);
        try
        {
            while (!stop.IsCancellationRequested)
            {
                if (schedule?.Next(clock.GetUtcNow()) is { } due)
                {
                    await Task.Delay(due - clock.GetUtcNow() is var wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero, clock, stop.Token);
                }

                var isTold = false;
                while (true)
                {
                    if (await feed.Take(query, caller, position, Courier.BatchMax, stop.Token) is not { } stretch)
                    {
                        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "the query is gone", stop.Token);
                        return;
                    }

                    position = stretch.Next;
                    var isOver = stretch.Next >= stretch.Size;
                    if (stretch.Events.Count > 0 || (isOver && !isTold && ifEmpty && schedule is not null))
                    {
                        await socket.SendAsync(Written(query, stretch, clock.GetUtcNow()), WebSocketMessageType.Text, endOfMessage: true, stop.Token);
                        isTold = true;
                    }

                    if (isOver)
                    {
                        break;
                    }
                }

                if (schedule is null)
                {
                    await Task.Delay(LookEvery, clock, stop.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // The other side went, or we go.
        }
        finally
        {
            Interlocked.Decrement(ref open);
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
                try
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "closing", soon.Token);
                }
                catch (Exception e) when (e is OperationCanceledException or WebSocketException)
                {
                    socket.Abort();
                }
            }

            await stop.CancelAsync();
            await heard;
        }
    }

    // What the other side says counts for nothing but that it is there.
    private static async Task Hear(WebSocket socket, CancellationTokenSource stop)
    {
        var buffer = new byte[1024];
        try
        {
            while ((await socket.ReceiveAsync(buffer.AsMemory(), stop.Token)).MessageType != WebSocketMessageType.Close)
            {
                // Nothing is asked here.
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // Gone.
        }

        await stop.CancelAsync();
    }

    private static byte[] Written(string query, Stretch stretch, DateTimeOffset now)
    {
        var document = new EpcisDocument(
            new Group(
            [
                new Member(new Name("type"), new Text("EPCISQueryDocument")), new Member(new Name("queryName"), new Text(query)),
                new Member(new Name("next", FactAsEvent.Prefix, FactAsEvent.Namespace), new Text(stretch.Next.ToString(CultureInfo.InvariantCulture))),
            ]), Contexts.Standard, EpcisForm.Xml);
        return JsonWriting.Document(document, stretch.Events, now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), isIndented: false);
    }
}
