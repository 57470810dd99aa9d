using SkiaSharp;

namespace Clew.Server.Evidence;

/// <summary>Small pictures of images, made when somebody looks; browsers keep them.</summary>
public sealed class Thumbnails : IDisposable
{
    /// <summary>Its longer side, in pixels: sharp at the size of a line on any screen.</summary>
    public const int SideMax = 240;

    // An image of a hundred megapixels takes 400 MB to unpack: two files of a few kilobytes each would take the server down.
    private const long PixelsMax = 40_000_000;

    // At once: each holds an unpacked image.
    private readonly SemaphoreSlim turn = new(2);

    /// <summary>A small picture as PNG; nothing when the bytes are no image, or unpack to too large a one.</summary>
    public async Task<byte[]?> Of(byte[] image, CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            return await Task.Run(() => Of(image), ct);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    private static byte[]? Of(byte[] image)
    {
        using var data = SKData.CreateCopy(image);
        using var codec = SKCodec.Create(data);
        if (codec is null || codec.Info.Width <= 0 || codec.Info.Height <= 0 || (long)codec.Info.Width * codec.Info.Height > PixelsMax)
        {
            return null;
        }

        using var whole = SKBitmap.Decode(codec);
        if (whole is null)
        {
            return null;
        }

        // Phones say by a mark how the picture is turned.
        var (turned, degrees) = codec.EncodedOrigin switch
        {
            SKEncodedOrigin.RightTop or SKEncodedOrigin.LeftTop => (true, 90),
            SKEncodedOrigin.LeftBottom or SKEncodedOrigin.RightBottom => (true, 270),
            SKEncodedOrigin.BottomRight or SKEncodedOrigin.BottomLeft => (false, 180),
            _ => (false, 0),
        };
        var scale = Math.Min(1f, (float)SideMax / Math.Max(whole.Width, whole.Height));
        var (width, height) = (Math.Max(1, (int)(whole.Width * scale)), Math.Max(1, (int)(whole.Height * scale)));
        using var surface = SKSurface.Create(new SKImageInfo(turned ? height : width, turned ? width : height));
        var canvas = surface.Canvas;
        canvas.Translate(canvas.DeviceClipBounds.Width / 2f, canvas.DeviceClipBounds.Height / 2f);
        canvas.RotateDegrees(degrees);
        using var picture = SKImage.FromBitmap(whole);
        canvas.DrawImage(picture, new SKRect(-width / 2f, -height / 2f, width / 2f, height / 2f), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using var small = surface.Snapshot();
        using var encoded = small.Encode(SKEncodedImageFormat.Png, 100);
        return encoded.ToArray();
    }
}
