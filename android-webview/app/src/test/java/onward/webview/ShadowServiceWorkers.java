package onward.webview;

import android.webkit.ServiceWorkerClient;
import android.webkit.ServiceWorkerController;
import android.webkit.ServiceWorkerWebSettings;
import org.robolectric.annotation.Implementation;
import org.robolectric.annotation.Implements;
import org.robolectric.annotation.Resetter;

/** Records what the app says about service workers, of which Robolectric knows nothing. */
@Implements(ServiceWorkerController.class)
public final class ShadowServiceWorkers {
    static ServiceWorkerClient client;
    static Settings settings = new Settings();

    @Implementation
    protected static ServiceWorkerController getInstance() {
        return new ServiceWorkerController() {
            @Override
            public ServiceWorkerWebSettings getServiceWorkerWebSettings() {
                return settings;
            }

            @Override
            public void setServiceWorkerClient(ServiceWorkerClient wanted) {
                client = wanted;
            }
        };
    }

    @Resetter
    public static void reset() {
        client = null;
        settings = new Settings();
    }

    /** Everything is allowed until it is refused. */
    static final class Settings extends ServiceWorkerWebSettings {
        private int cacheMode;
        private boolean allowsContent = true;
        private boolean allowsFiles = true;
        private boolean blocksNetwork;

        @Override
        public void setCacheMode(int mode) {
            cacheMode = mode;
        }

        @Override
        public int getCacheMode() {
            return cacheMode;
        }

        @Override
        public void setAllowContentAccess(boolean allow) {
            allowsContent = allow;
        }

        @Override
        public boolean getAllowContentAccess() {
            return allowsContent;
        }

        @Override
        public void setAllowFileAccess(boolean allow) {
            allowsFiles = allow;
        }

        @Override
        public boolean getAllowFileAccess() {
            return allowsFiles;
        }

        @Override
        public void setBlockNetworkLoads(boolean block) {
            blocksNetwork = block;
        }

        @Override
        public boolean getBlockNetworkLoads() {
            return blocksNetwork;
        }
    }
}
