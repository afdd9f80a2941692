"""Words of the languages that pages are written in."""

from collections.abc import Mapping, Sequence


def _words(text: str) -> Sequence[str]:
    return text.split()


ENGLISH = _words(
    """
    the and that with from this have they will their about which when there other people water after first where
    most through great between because another against during without letter office market harbour station river
    mountain winter summer morning evening company delivery invoice customer payment account number quality
    service report meeting project teacher student library question answer history machine engine bridge garden
    kitchen window doctor hospital village country language weather journey ticket platform passenger luggage
    breakfast butter coffee sugar bottle paper pencil camera picture colour yellow green purple silver copper
    measure weight distance square corner centre surface pressure current battery signal channel record column
    table figure chapter section paragraph reference example method result value average minimum maximum total
    """
)

LATIN_SCRIPT: Mapping[str, Sequence[str]] = {
    "German": _words(
        """
        der und nicht für über können müssen größer Straße Bücher schließlich während Gebäude Frühstück Wörter
        Schlüssel Übung Änderung Öffnung Zeitung Bahnhof Rechnung Lieferung Küche Garten Mädchen heißt weiß
        natürlich zwischen Wasser Abend Morgen Freundschaft Geschwindigkeit Verständnis jährlich zurück
        """
    ),
    "French": _words(
        """
        le une avec pour être déjà après forêt élève français garçon château où très même année lumière théâtre
        hôpital fenêtre première rivière société œuvre façon bibliothèque été noël août goût île maître voilà
        leçon général problème santé marché école pièce
        """
    ),
    "Spanish": _words(
        """
        el una para como año niño señor mañana también después corazón jardín árbol café difícil número página
        español pequeño montaña español estación información canción música país día lápiz azúcar aquí según aún
        época última público camión cigüeña vergüenza pingüino
        """
    ),
    "Italian": _words(
        """
        il una che perché città università caffè più può già così libertà qualità verità lunedì martedì giovedì
        venerdì però finché attività società età novità virtù metà tè giù lassù cioè scuola strada finestra
        bicchiere giornale stazione bottiglia famiglia acqua
        """
    ),
    "Portuguese": _words(
        """
        uma para não são coração mãe pão irmão avião informação situação português ação também você três mês
        água história música público fácil número página câmera ônibus árvore açúcar maçã lições órgão então
        amanhã família título início ciência força praça
        """
    ),
    "Dutch": _words(
        """
        het een niet voor zijn worden mogelijk ijzer vrijheid tijd schrijven één financiën geïnteresseerd
        coördinatie reünie België zeeën ideeën straat brug water school boekhandel fiets trein gracht huis
        keuken tafel vrijdag dinsdag rekening vergadering waarschijnlijk gezellig nieuwsgierig
        """
    ),
    "Polish": _words(
        """
        nie się jest że może być więcej ludzie życie człowiek święto książka źródło łódź żółty gęś miłość
        ćwiczenie dźwięk część początek wiadomość północ ścieżka ogłoszenie świeży piękny dziękuję tydzień
        wrzesień październik szkoła ulica miasto rachunek płatność łączny późno
        """
    ),
    "Czech": _words(
        """
        není který může být více člověk život dům čeština škola říjen září žádost příklad přítel řeka ústav účet
        něco děkuji město kůň důvod úřad síť středa čtvrtek pátek týden měsíc květen červen světlo žluťoučký
        počasí nádraží silnice kuchyně zítra včera
        """
    ),
    "Swedish": _words(
        """
        och inte för från också måste många året själv väg skön höst vår sjö hjälp språk frågan båda långt
        människor möjlighet öppen åtta älska räkning känna läsa skärm färja hållplats trädgård kök fönster
        måndag lördag söndag förmiddag kväll vänlig
        """
    ),
    "Turkish": _words(
        """
        bir için çok değil gün şehir çocuk öğrenci öğretmen güzel büyük küçük ağaç dağ ışık kış yağmur sağlık
        müzik şarkı kapı pencere köprü çarşı ödeme tüm üç dört söz göz yüz düşünce başlangıç çalışma ülke İzmir
        İstanbul sıcak soğuk akşam yıldız
        """
    ),
}

CHINESE = _words(
    """
    我们 中国 时间 工作 学习 生活 社会 发展 经济 文化 历史 科学 技术 问题 方法 结果 信息 系统 管理 服务 市场 产品
    质量 价格 合同 发票 客户 公司 银行 城市 农村 道路 桥梁 车站 机场 学校 老师 学生 图书馆 医院 医生 健康 天气 春天
    夏天 秋天 冬天 早晨 晚上 今天 明天 昨天 星期 月份 年度 报告 会议 计划 项目 目标 成功 努力 希望 世界 国家 人民
    音乐 电影 照片 颜色 红色 绿色 蓝色 大小 长度 宽度 高度 重量 温度 压力 电流 电压 机器 设备 安全 注意 请勿 入口
    出口 电话 地址 姓名 日期 编号 数量 单价 金额 合计 说明 使用 和 在 是 的 了 有 不 也 都 很
    """
)

JAPANESE = _words(
    """
    日本 東京 大阪 京都 時間 会社 学校 先生 学生 電車 駅 切符 新聞 天気 今日 明日 昨日 私たち です ます した します
    という について ください ありがとう いろいろ とても すこし もう まだ から まで では には この その あの テレビ
    コンピュータ ソフトウェア サービス データ システム ホテル レストラン コーヒー バス タクシー ニュース 書く 読む
    話す 食べる 飲む 歩く 見る 聞く 美しい 新しい 古い 大きい 小さい 高い 安い 料金 合計 請求書 注文 番号 住所 氏名
    電話 説明 質問 答え 方法 結果 研究 歴史 文化 音楽 映画 写真 季節 春 夏 秋 冬 山 川 海
    """
)
