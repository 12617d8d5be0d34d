using System.Runtime.InteropServices;

namespace Tachyon.EdgeTunnel.Tun;

/// <summary>Lets a thread wait for a file descriptor until it has something, or until the wait is called off for good.</summary>
internal sealed unsafe class DescriptorWait : IDisposable
{
    private readonly int _event;
    private volatile bool _isOver;

    public DescriptorWait()
    {
        _event = LinuxNative.EventDescriptor(0, LinuxNative.NonBlocking | LinuxNative.CloseOnExec);
        if (_event < 0)
        {
            throw new TunException($"No event descriptor: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    /// <summary>Whether it was called off.</summary>
    public bool IsOver => _isOver;

    /// <summary>Waits until the descriptor can be read.</summary>
    /// <returns>False once the wait is called off.</returns>
    public bool UntilReadable(int descriptor)
    {
        var entries = stackalloc LinuxNative.PollEntry[2];
        entries[0] = new LinuxNative.PollEntry { Descriptor = descriptor, Wanted = LinuxNative.PollIn };
        entries[1] = new LinuxNative.PollEntry { Descriptor = _event, Wanted = LinuxNative.PollIn };
        while (!_isOver)
        {
            if (LinuxNative.Poll(entries, 2, -1) > 0)
            {
                return !_isOver;
            }
        }

        return false;
    }

    /// <summary>Waits for a time, or until the wait is called off.</summary>
    public void Pause(TimeSpan time)
    {
        var entry = new LinuxNative.PollEntry { Descriptor = _event, Wanted = LinuxNative.PollIn };
        _ = LinuxNative.Poll(&entry, 1, (int)time.TotalMilliseconds);
    }

    /// <summary>Calls all waits off.</summary>
    public void End()
    {
        _isOver = true;
        ulong one = 1;
        _ = LinuxNative.Write(_event, &one, sizeof(ulong));
    }

    /// <summary>Once nobody waits any more.</summary>
    public void Dispose() => _ = LinuxNative.Close(_event);
}
