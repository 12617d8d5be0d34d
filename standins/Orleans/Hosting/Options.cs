using System.Diagnostics;
using System.Net;

namespace Orleans.Configuration
{
    /// <summary>How silos watch over each other.</summary>
    public class ClusterMembershipOptions
    {
        public TimeSpan MaxJoinAttemptTime { get; set; } = TimeSpan.FromMinutes(5);
    }

    /// <summary>Which cluster a silo or client belongs to.</summary>
    public class ClusterOptions
    {
        public const string DefaultClusterId = "default";
        public const string DefaultServiceId = "default";
        internal const string DevelopmentClusterId = "dev";
        internal const string DevelopmentServiceId = "dev";

        public string ClusterId { get; set; } = DefaultClusterId;

        public string ServiceId { get; set; } = DefaultServiceId;
    }

    public abstract class MessagingOptions
    {
        private TimeSpan _responseTimeout = TimeSpan.FromSeconds(30);

        public TimeSpan ResponseTimeout
        {
            get => Debugger.IsAttached ? ResponseTimeoutWithDebugger : _responseTimeout;
            set => _responseTimeout = value;
        }

        public TimeSpan ResponseTimeoutWithDebugger { get; set; } = TimeSpan.FromMinutes(30);

        public bool DropExpiredMessages { get; set; } = true;

        public int MaxMessageHeaderSize { get; set; } = 10 * 1024 * 1024;

        public int MaxMessageBodySize { get; set; } = 100 * 1024 * 1024;

        public bool CancelRequestOnTimeout { get; set; }

        public bool WaitForCancellationAcknowledgement { get; set; }
    }

    public class SiloMessagingOptions : MessagingOptions
    {
        public int MaxForwardCount { get; set; } = 2;

        public TimeSpan MaxRequestProcessingTime { get; set; } = TimeSpan.FromHours(2);
    }

    public class ClientMessagingOptions : MessagingOptions;

    public class GrainCollectionOptions
    {
        public static readonly TimeSpan DEFAULT_COLLECTION_QUANTUM = TimeSpan.FromMinutes(1);
        public static readonly TimeSpan DEFAULT_ACTIVATION_TIMEOUT = TimeSpan.FromSeconds(30);
        public static readonly TimeSpan DEFAULT_DEACTIVATION_TIMEOUT = TimeSpan.FromSeconds(30);

        public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

        public Dictionary<string, TimeSpan> ClassSpecificCollectionAge { get; set; } = [];

        public TimeSpan ActivationTimeout { get; set; } = DEFAULT_ACTIVATION_TIMEOUT;

        public TimeSpan DeactivationTimeout { get; set; } = DEFAULT_DEACTIVATION_TIMEOUT;

        public TimeSpan CollectionQuantum { get; set; } = DEFAULT_COLLECTION_QUANTUM;
    }

    public class SiloOptions
    {
        public string SiloName { get; set; } = null!;
    }

    public class EndpointOptions
    {
        public const int DEFAULT_SILO_PORT = 11111;
        public const int DEFAULT_GATEWAY_PORT = 30000;

        public IPAddress AdvertisedIPAddress { get; set; } = IPAddress.Loopback;

        public int SiloPort { get; set; } = DEFAULT_SILO_PORT;

        public int GatewayPort { get; set; } = DEFAULT_GATEWAY_PORT;

        public IPEndPoint? SiloListeningEndpoint { get; set; }

        public IPEndPoint? GatewayListeningEndpoint { get; set; }
    }

    public class MemoryGrainStorageOptions : Storage.IStorageProviderSerializerOptions
    {
        public const int DEFAULT_INIT_STAGE = ServiceLifecycleStage.ApplicationServices;
        public const int NumStorageGrainsDefaultValue = 10;

        public int NumStorageGrains { get; set; } = NumStorageGrainsDefaultValue;

        public int InitStage { get; set; } = DEFAULT_INIT_STAGE;

        public Storage.IGrainStorageSerializer GrainStorageSerializer { get; set; } = null!;
    }
}

namespace Orleans.Runtime
{
    public interface ILocalSiloDetails
    {
        string Name { get; }

        string ClusterId { get; }

        string DnsHostName { get; }

        SiloAddress SiloAddress { get; }

        SiloAddress GatewayAddress { get; }
    }

    /// <summary>Keys of the clocks that parts of the runtime read; without one of their own they read the plain <see cref="TimeProvider"/>.</summary>
    public static class TimeProviderNames
    {
        public const string Grains = "Orleans.Grains";
        public const string ActivationManagement = "Orleans.ActivationManagement";
        public const string GrainDirectory = "Orleans.GrainDirectory";
        public const string Membership = "Orleans.Membership";
        public const string Messaging = "Orleans.Messaging";
        public const string SystemTimers = "Orleans.SystemTimers";
    }
}
